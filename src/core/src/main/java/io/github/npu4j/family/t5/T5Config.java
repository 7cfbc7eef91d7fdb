package io.github.npu4j.family.t5;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.family.CheckpointConfig;
import io.github.npu4j.store.JsonObject;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The architecture of a T5, as the {@code config.json} of its checkpoint folder states it: T5 1.0
 * and 1.1, Flan-T5, mT5 and ByT5, which differ in numbers, activation and output layer only.
 *
 * @param modelType {@code t5} or {@code mt5}
 * @param tokenizerClass the tokenizer's class as the configuration names it; empty if it does not
 * @param vocabulary the number of token ids ({@code vocab_size})
 * @param width the width of the residual stream ({@code d_model})
 * @param headWidth the width of one attention head ({@code d_kv}); heads times it need not be
 *     {@code width}
 * @param hiddenWidth the inner width of the feed-forward blocks ({@code d_ff})
 * @param encoderLayers the encoder's blocks ({@code num_layers})
 * @param decoderLayers the decoder's blocks ({@code num_decoder_layers}, else as many)
 * @param heads the attention heads of every block
 * @param positionBuckets the buckets of relative positions
 * @param maximumDistance the distance from which on all positions share a bucket
 * @param epsilon what the RMS norm adds to the mean square
 * @param activation the feed-forward block's
 * @param gated whether the feed-forward block has a gate ({@code wi_0} activated times {@code
 *     wi_1}) in place of one {@code wi}
 * @param tied whether the configuration says that the output layer is the embedding
 * @param scaledOutput whether the decoder's output is multiplied by width<sup>-0.5</sup> before the
 *     output layer, as in T5 1.0
 * @param startToken the id that every answer begins with ({@code decoder_start_token_id})
 * @param endTokens the ids that end an answer
 * @param padToken the id that fills up a batch
 */
public record T5Config(
    String modelType,
    String tokenizerClass,
    int vocabulary,
    int width,
    int headWidth,
    int hiddenWidth,
    int encoderLayers,
    int decoderLayers,
    int heads,
    int positionBuckets,
    int maximumDistance,
    float epsilon,
    T5Activation activation,
    boolean gated,
    boolean tied,
    boolean scaledOutput,
    int startToken,
    List<Integer> endTokens,
    int padToken) {

  private static final String T5 = "t5";
  private static final String MT5 = "mt5";

  /** The architectures, by {@code model_type}. */
  static final Set<String> MODEL_TYPES = Set.of(T5, MT5);

  private static final int WIDEST = 1 << 20;
  private static final int DEEPEST = 1024;
  private static final int FARTHEST = 1 << 16;
  private static final int MOST_TOKENS = 1 << 24;
  private static final int MOST_ENDS = 64;

  /** Copies the list. */
  public T5Config {
    endTokens = List.copyOf(endTokens);
  }

  /** Returns the numbers that people know a T5 by, for reports. */
  String summary() {
    return modelType
        + ": "
        + encoderLayers
        + "+"
        + decoderLayers
        + " layers, "
        + width
        + " wide, "
        + heads
        + " heads, "
        + vocabulary
        + " tokens";
  }

  /** Returns the same and more as data, for reports. */
  Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("modelType", modelType);
    facts.put("vocabulary", vocabulary);
    facts.put("width", width);
    facts.put("headWidth", headWidth);
    facts.put("hiddenWidth", hiddenWidth);
    facts.put("encoderLayers", encoderLayers);
    facts.put("decoderLayers", decoderLayers);
    facts.put("heads", heads);
    facts.put("activation", activation);
    facts.put("gated", gated);
    return facts;
  }

  /** Returns the width of all heads together. */
  public int innerWidth() {
    return heads * headWidth;
  }

  /**
   * Reads the configuration of a checkpoint folder.
   *
   * @throws BadModelException if the folder has none, or it is damaged or of an architecture that
   *     is not known
   */
  public static T5Config read(Path folder) {
    return of(CheckpointConfig.read(folder));
  }

  /**
   * Reads the text of a {@code config.json}.
   *
   * @param text UTF-8
   * @throws BadModelException if it is damaged, or of an architecture that is not known
   */
  public static T5Config parse(byte[] text) {
    return of(CheckpointConfig.parse(text));
  }

  private static T5Config of(JsonObject json) {
    String type = json.string(CheckpointConfig.MODEL_TYPE);
    if (!MODEL_TYPES.contains(type)) {
      throw bad(
          "it is of the architecture \"" + type + "\"",
          "npu4j exports t5 (T5, Flan-T5, ByT5) and mt5.");
    }
    Activation activation = Activation.of(json);
    int layers = json.integer("num_layers", 1, DEEPEST);
    int pad = token(json, "pad_token_id", 0);
    T5Config config =
        new T5Config(
            type,
            json.has("tokenizer_class") ? json.string("tokenizer_class") : "",
            json.integer("vocab_size", 1, MOST_TOKENS),
            json.integer("d_model", 1, WIDEST),
            json.integer("d_kv", 1, WIDEST),
            json.integer("d_ff", 1, WIDEST),
            layers,
            optional(json, "num_decoder_layers", layers, DEEPEST),
            json.integer("num_heads", 1, DEEPEST),
            optional(json, "relative_attention_num_buckets", 32, FARTHEST),
            optional(json, "relative_attention_max_distance", 128, FARTHEST),
            json.has("layer_norm_epsilon") ? (float) json.number("layer_norm_epsilon") : 1e-6f,
            activation.function,
            activation.gated,
            tied(json),
            scaledOutput(json, type),
            token(json, "decoder_start_token_id", pad),
            ends(json),
            pad);
    config.requireSense();
    return config;
  }

  private void requireSense() {
    if ((long) heads * headWidth > WIDEST) {
      throw bad(heads + " heads of width " + headWidth + " are wider than any model", "");
    }
    if (positionBuckets < 4 || positionBuckets % 2 != 0 || maximumDistance <= positionBuckets / 2) {
      throw bad(
          positionBuckets
              + " buckets for relative positions up to "
              + maximumDistance
              + " can't be laid out",
          "The number of buckets is even and at least 4, the distance more than half of it.");
    }
    for (int token : endTokens) {
      requireToken("eos_token_id", token);
    }
    requireToken("decoder_start_token_id", startToken);
    requireToken("pad_token_id", padToken);
    if (!(epsilon > 0) || epsilon > 1) {
      throw bad("layer_norm_epsilon is " + epsilon, "It is a small positive number.");
    }
  }

  private void requireToken(String name, int token) {
    if (token >= vocabulary) {
      throw bad(name + " is " + token + ", and there are " + vocabulary + " tokens", "");
    }
  }

  private static boolean tied(JsonObject json) {
    return json.bool("tie_word_embeddings", true);
  }

  /**
   * T5 1.1 is told from 1.0 by untied embeddings; newer files say it outright. transformers 5 ties
   * every mT5 in its configuration and scales none; version 4 scaled the tied ones.
   */
  private static boolean scaledOutput(JsonObject json, String type) {
    if (json.has("scale_decoder_outputs")) {
      return json.bool("scale_decoder_outputs");
    }
    if (type.equals(MT5)) {
      String version = json.optionalString("transformers_version");
      return version != null && version.startsWith("4.") && json.bool("tie_word_embeddings", false);
    }
    return tied(json);
  }

  private static int optional(JsonObject json, String name, int otherwise, int greatest) {
    return json.has(name) ? json.integer(name, 1, greatest) : otherwise;
  }

  private static int token(JsonObject json, String name, int otherwise) {
    return json.has(name) ? json.integer(name, 0, MOST_TOKENS) : otherwise;
  }

  private static List<Integer> ends(JsonObject json) {
    String name = "eos_token_id";
    if (!json.has(name)) {
      return List.of(1);
    }
    if (!json.isArray(name)) {
      return List.of(json.integer(name, 0, MOST_TOKENS));
    }
    return Arrays.stream(json.integers(name, MOST_ENDS, 0, MOST_TOKENS))
        .mapToObj(Math::toIntExact)
        .toList();
  }

  private static BadModelException bad(String why, String advice) {
    return CheckpointConfig.bad(why, advice);
  }

  /** The feed-forward block as three fields of the configuration describe it. */
  private record Activation(T5Activation function, boolean gated) {

    static Activation of(JsonObject json) {
      String projection =
          orElse(
              json.optionalString("feed_forward_proj"),
              json.string("model_type").equals(MT5) ? "gated-gelu" : "relu");
      boolean gated = projection.startsWith("gated-");
      String usual =
          projection.equals("gated-gelu")
              ? "gelu_new"
              : projection.substring(gated ? "gated-".length() : 0);
      String name = orElse(json.optionalString("dense_act_fn"), usual);
      return new Activation(function(name), json.bool("is_gated_act", gated));
    }

    private static T5Activation function(String name) {
      return switch (name) {
        case "relu" -> T5Activation.RELU;
        case "gelu" -> T5Activation.GELU;
        case "gelu_new", "gelu_pytorch_tanh" -> T5Activation.GELU_TANH;
        case "silu", "swish" -> T5Activation.SILU;
        default ->
            throw bad(
                "its feed-forward layers have the activation \"" + name + "\"",
                "npu4j exports relu, gelu, gelu_new and silu, with a gate or without.");
      };
    }

    private static String orElse(@Nullable String value, String otherwise) {
      return value == null ? otherwise : value;
    }
  }
}
