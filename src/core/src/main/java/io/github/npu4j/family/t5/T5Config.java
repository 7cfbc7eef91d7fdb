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
 * @param epsilon what the RMS norm adds to the mean square
 * @param layers the depth of both stacks
 * @param attention the attention of every block
 * @param feedForward the feed-forward block of every layer
 * @param output the output layer
 * @param tokens the token ids that have a meaning of their own
 */
public record T5Config(
    String modelType,
    String tokenizerClass,
    int vocabulary,
    int width,
    float epsilon,
    Layers layers,
    Attention attention,
    FeedForward feedForward,
    Output output,
    Tokens tokens) {

  private static final String T5 = "t5";
  private static final String MT5 = "mt5";

  /** The architectures, by {@code model_type}. */
  static final Set<String> MODEL_TYPES = Set.of(T5, MT5);

  private static final int WIDEST = 1 << 20;
  private static final int DEEPEST = 1024;
  private static final int FARTHEST = 1 << 16;
  private static final int MOST_TOKENS = 1 << 24;
  private static final int MOST_ENDS = 64;

  /** Returns the numbers that people know a T5 by, for reports. */
  String summary() {
    return modelType
        + ": "
        + layers.encoder
        + "+"
        + layers.decoder
        + " layers, "
        + width
        + " wide, "
        + attention.heads
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
    facts.put("headWidth", attention.headWidth);
    facts.put("hiddenWidth", feedForward.width);
    facts.put("encoderLayers", layers.encoder);
    facts.put("decoderLayers", layers.decoder);
    facts.put("heads", attention.heads);
    facts.put("activation", feedForward.activation);
    facts.put("gated", feedForward.gated);
    return facts;
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
    T5Config config =
        new T5Config(
            type,
            json.has("tokenizer_class") ? json.string("tokenizer_class") : "",
            json.integer("vocab_size", 1, MOST_TOKENS),
            json.integer("d_model", 1, WIDEST),
            json.has("layer_norm_epsilon") ? (float) json.number("layer_norm_epsilon") : 1e-6f,
            Layers.of(json),
            Attention.of(json),
            FeedForward.of(json),
            Output.of(json, type),
            Tokens.of(json));
    config.requireSense();
    return config;
  }

  private void requireSense() {
    for (int token : tokens.ends) {
      requireToken("eos_token_id", token);
    }
    requireToken("decoder_start_token_id", tokens.start);
    requireToken("pad_token_id", tokens.pad);
    if (!(epsilon > 0) || epsilon > 1) {
      throw bad("layer_norm_epsilon is " + epsilon, "It is a small positive number.");
    }
  }

  private void requireToken(String name, int token) {
    if (token >= vocabulary) {
      throw bad(name + " is " + token + ", and there are " + vocabulary + " tokens", "");
    }
  }

  private static int optional(JsonObject json, String name, int otherwise, int greatest) {
    return json.has(name) ? json.integer(name, 1, greatest) : otherwise;
  }

  private static BadModelException bad(String why, String advice) {
    return CheckpointConfig.bad(why, advice);
  }

  /**
   * The number of blocks of both stacks.
   *
   * @param encoder the encoder's ({@code num_layers})
   * @param decoder the decoder's ({@code num_decoder_layers}, else as many)
   */
  public record Layers(int encoder, int decoder) {

    private static Layers of(JsonObject json) {
      int layers = json.integer("num_layers", 1, DEEPEST);
      return new Layers(layers, optional(json, "num_decoder_layers", layers, DEEPEST));
    }
  }

  /**
   * The attention of every block.
   *
   * @param heads the number of attention heads
   * @param headWidth the width of one head ({@code d_kv}); heads times it need not be the width of
   *     the residual stream
   * @param positionBuckets the number of buckets of relative positions
   * @param maximumDistance the distance from which on all positions share a bucket
   */
  public record Attention(int heads, int headWidth, int positionBuckets, int maximumDistance) {

    private static Attention of(JsonObject json) {
      Attention attention =
          new Attention(
              json.integer("num_heads", 1, DEEPEST),
              json.integer("d_kv", 1, WIDEST),
              optional(json, "relative_attention_num_buckets", 32, FARTHEST),
              optional(json, "relative_attention_max_distance", 128, FARTHEST));
      attention.requireSense();
      return attention;
    }

    /** Returns the width of all heads together. */
    public int width() {
      return heads * headWidth;
    }

    private void requireSense() {
      if ((long) heads * headWidth > WIDEST) {
        throw bad(heads + " heads of width " + headWidth + " are wider than any model", "");
      }
      if (positionBuckets < 4
          || positionBuckets % 2 != 0
          || maximumDistance <= positionBuckets / 2) {
        throw bad(
            positionBuckets
                + " buckets for relative positions up to "
                + maximumDistance
                + " can't be laid out",
            "The number of buckets is even and at least 4, the distance more than half of it.");
      }
    }
  }

  /**
   * The feed-forward block, which three fields of the configuration describe.
   *
   * @param width its inner width ({@code d_ff})
   * @param activation what stands between its two layers
   * @param gated whether it has a gate ({@code wi_0} activated times {@code wi_1}) in place of one
   *     {@code wi}
   */
  public record FeedForward(int width, T5Activation activation, boolean gated) {

    private static FeedForward of(JsonObject json) {
      String projection =
          orElse(
              json.optionalString("feed_forward_proj"),
              json.string(CheckpointConfig.MODEL_TYPE).equals(MT5) ? "gated-gelu" : "relu");
      boolean gated = projection.startsWith("gated-");
      String usual =
          projection.equals("gated-gelu")
              ? "gelu_new"
              : projection.substring(gated ? "gated-".length() : 0);
      return new FeedForward(
          json.integer("d_ff", 1, WIDEST),
          activation(orElse(json.optionalString("dense_act_fn"), usual)),
          json.bool("is_gated_act", gated));
    }

    private static T5Activation activation(String name) {
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

  /**
   * The output layer.
   *
   * @param tied whether the configuration says that it is the embedding
   * @param scaled whether the decoder's output is multiplied by width<sup>-0.5</sup> before it, as
   *     in T5 1.0
   */
  public record Output(boolean tied, boolean scaled) {

    private static Output of(JsonObject json, String type) {
      boolean tied = json.bool("tie_word_embeddings", true);
      return new Output(tied, scaled(json, type, tied));
    }

    /**
     * T5 1.1 is told from 1.0 by untied embeddings; newer files say it outright. transformers 5
     * ties every mT5 in its configuration and scales none; version 4 scaled the tied ones.
     */
    private static boolean scaled(JsonObject json, String type, boolean tied) {
      if (json.has("scale_decoder_outputs")) {
        return json.bool("scale_decoder_outputs");
      }
      if (type.equals(MT5)) {
        String version = json.optionalString("transformers_version");
        return version != null
            && version.startsWith("4.")
            && json.bool("tie_word_embeddings", false);
      }
      return tied;
    }
  }

  /**
   * The token ids that have a meaning of their own.
   *
   * @param start the id that every answer begins with ({@code decoder_start_token_id})
   * @param ends the ids that end an answer
   * @param pad the id that fills up a batch
   */
  public record Tokens(int start, List<Integer> ends, int pad) {

    /** Copies the list. */
    public Tokens {
      ends = List.copyOf(ends);
    }

    private static Tokens of(JsonObject json) {
      int pad = token(json, "pad_token_id", 0);
      return new Tokens(token(json, "decoder_start_token_id", pad), ends(json), pad);
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
  }
}
