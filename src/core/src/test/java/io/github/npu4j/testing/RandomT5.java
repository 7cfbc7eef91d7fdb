package io.github.npu4j.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.npu4j.tensor.ElementType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A T5 of any shape whose weights are made by a formula, the one of {@code t5/reference.py}: each
 * weight depends on the seed, the tensor's name and its place in the tensor, so that Python and
 * Java make the same checkpoint and neither needs to store it.
 */
public final class RandomT5 {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final long FNV_OFFSET = 0xCBF29CE484222325L;
  private static final long FNV_PRIME = 0x100000001B3L;
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private final JsonNode config;
  private final ElementType type;
  private final long seed;
  private final float gates;
  private final float residual;
  private final float hidden;

  /**
   * Describes a checkpoint; {@link #write} makes it.
   *
   * @param config what {@code config.json} says
   * @param type the type of the weights: {@code FLOAT32}, {@code FLOAT16} or {@code BFLOAT16}
   * @param seed where the weights come from
   */
  public RandomT5(JsonNode config, ElementType type, long seed) {
    this(config, type, seed, 1, 1, 1);
  }

  private RandomT5(
      JsonNode config, ElementType type, long seed, float gates, float residual, float hidden) {
    this.config = config;
    this.type = type;
    this.seed = seed;
    this.gates = gates;
    this.residual = residual;
    this.hidden = hidden;
  }

  /**
   * Returns the same function with larger values inside, as trained models have them. The output
   * layer must be untied, and the feed-forward blocks gated or of ReLU.
   *
   * @param streams how many times as large the residual streams are
   * @param layers how many times as large the hidden layers of the feed-forward blocks are
   */
  public RandomT5 enlarged(float streams, float layers) {
    return new RandomT5(config, type, seed, gates, streams, layers);
  }

  /** Returns a model of T5-small's shape: 512 wide, 6 and 6 layers, 32,128 tokens, ReLU, tied. */
  public static RandomT5 small() {
    return new RandomT5(config(512, 64, 8, 2048, 6, 6, 32128, "relu"), ElementType.FLOAT32, 1);
  }

  /** Returns a model of t5-nlu's shape: 256 wide, 4 and 3 layers, 2,048 tokens, gated, tied. */
  public static RandomT5 nlu() {
    return new RandomT5(config(256, 64, 4, 640, 4, 3, 2048, "gated-gelu"), ElementType.FLOAT32, 1);
  }

  /**
   * Returns a small model with gates of an activation, whose inputs are so many times as large as
   * in other random models: there they are 10 at most.
   */
  public static RandomT5 gated(String activation, float times) {
    JsonNode config = config(64, 16, 4, 128, 2, 2, 256, "gated-" + activation);
    return new RandomT5(config, ElementType.FLOAT32, 1, times, 1, 1);
  }

  private static JsonNode config(
      int width, int keys, int heads, int inner, int encoder, int decoder, int words, String act) {
    ObjectNode config = JSON.createObjectNode();
    config.put("model_type", "t5");
    config.put("d_model", width);
    config.put("d_kv", keys);
    config.put("num_heads", heads);
    config.put("d_ff", inner);
    config.put("num_layers", encoder);
    config.put("num_decoder_layers", decoder);
    config.put("vocab_size", words);
    config.put("feed_forward_proj", act);
    config.put("tie_word_embeddings", true);
    config.put("layer_norm_epsilon", 1e-6);
    config.put("relative_attention_num_buckets", 32);
    config.put("relative_attention_max_distance", 128);
    config.put("decoder_start_token_id", 0);
    config.put("pad_token_id", 0);
    config.put("eos_token_id", 1);
    config.put("is_encoder_decoder", true);
    return config;
  }

  /** Returns what {@code config.json} says. */
  public JsonNode config() {
    return config;
  }

  /** Writes a checkpoint folder with the weights in one safetensors file. */
  public void write(Path folder) throws IOException {
    describe(folder);
    safetensors(folder.resolve("model.safetensors"), tensors());
  }

  /** Writes a checkpoint folder with the weights in two safetensors files and their index. */
  public void writeSharded(Path folder) throws IOException {
    describe(folder);
    List<Map<String, long[]>> shards = List.of(new TreeMap<>(), new TreeMap<>());
    ObjectNode index = JSON.createObjectNode();
    long[] bytes = new long[1];
    index.putObject("metadata");
    ObjectNode places = index.putObject("weight_map");
    int place = 0;
    Map<String, long[]> tensors = tensors();
    for (Map.Entry<String, long[]> tensor : tensors.entrySet()) {
      int shard = place++ * 2 / tensors.size();
      shards.get(shard).put(tensor.getKey(), tensor.getValue());
      places.put(tensor.getKey(), shardName(shard));
      bytes[0] += type.byteSize(elements(tensor.getValue()));
    }
    ((ObjectNode) index.get("metadata")).put("total_size", bytes[0]);
    for (int shard = 0; shard < shards.size(); shard++) {
      safetensors(folder.resolve(shardName(shard)), shards.get(shard));
    }
    JSON.writeValue(folder.resolve("model.safetensors.index.json").toFile(), index);
  }

  private static String shardName(int shard) {
    return "model-0000" + (shard + 1) + "-of-00002.safetensors";
  }

  /** Writes all but the weights: the configurations, and a tokenizer of made-up words. */
  void describe(Path folder) throws IOException {
    Files.createDirectories(folder);
    JSON.writeValue(folder.resolve("config.json").toFile(), config);
    ObjectNode generation = JSON.createObjectNode();
    generation.put("decoder_start_token_id", 0);
    generation.put("eos_token_id", 1);
    generation.put("pad_token_id", 0);
    JSON.writeValue(folder.resolve("generation_config.json").toFile(), generation);
    JSON.writeValue(folder.resolve("tokenizer.json").toFile(), tokenizer());
  }

  /** Returns the shapes of all tensors of the checkpoint, by name. */
  public Map<String, long[]> tensors() {
    Map<String, long[]> tensors = new TreeMap<>();
    tensors.put("shared.weight", new long[] {size("vocab_size"), size("d_model")});
    stack(tensors, "encoder", size("num_layers"));
    stack(tensors, "decoder", size("num_decoder_layers"));
    if (!config.get("tie_word_embeddings").asBoolean()) {
      tensors.put("lm_head.weight", new long[] {size("vocab_size"), size("d_model")});
    }
    return tensors;
  }

  private void stack(Map<String, long[]> tensors, String stack, long layers) {
    boolean decoder = stack.equals("decoder");
    for (int block = 0; block < layers; block++) {
      String root = stack + ".block." + block + ".layer.";
      attention(tensors, root + "0.", "SelfAttention");
      if (block == 0) {
        tensors.put(
            root + "0.SelfAttention.relative_attention_bias.weight",
            new long[] {size("relative_attention_num_buckets"), size("num_heads")});
      }
      if (decoder) {
        attention(tensors, root + "1.", "EncDecAttention");
      }
      feedForward(tensors, root + (decoder ? "2." : "1."));
    }
    tensors.put(stack + ".final_layer_norm.weight", new long[] {size("d_model")});
  }

  private void attention(Map<String, long[]> tensors, String root, String name) {
    long width = size("d_model");
    long inner = size("num_heads") * size("d_kv");
    for (String matrix : List.of("q", "k", "v")) {
      tensors.put(root + name + "." + matrix + ".weight", new long[] {inner, width});
    }
    tensors.put(root + name + ".o.weight", new long[] {width, inner});
    tensors.put(root + "layer_norm.weight", new long[] {width});
  }

  private void feedForward(Map<String, long[]> tensors, String root) {
    long width = size("d_model");
    long inner = size("d_ff");
    boolean gated = config.get("feed_forward_proj").asText().startsWith("gated-");
    for (String matrix : gated ? List.of("wi_0", "wi_1") : List.of("wi")) {
      tensors.put(root + "DenseReluDense." + matrix + ".weight", new long[] {inner, width});
    }
    tensors.put(root + "DenseReluDense.wo.weight", new long[] {width, inner});
    tensors.put(root + "layer_norm.weight", new long[] {width});
  }

  private long size(String name) {
    return config.get(name).asLong();
  }

  private void safetensors(Path file, Map<String, long[]> tensors) throws IOException {
    ObjectNode header = JSON.createObjectNode();
    long end = 0;
    for (Map.Entry<String, long[]> tensor : tensors.entrySet()) {
      ObjectNode entry = header.putObject(tensor.getKey());
      entry.put("dtype", dtype());
      ArrayNode shape = entry.putArray("shape");
      for (long dimension : tensor.getValue()) {
        shape.add(dimension);
      }
      long begin = end;
      end += type.byteSize(elements(tensor.getValue()));
      entry.putArray("data_offsets").add(begin).add(end);
    }
    byte[] text = JSON.writeValueAsBytes(header);
    try (FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        Arena arena = Arena.ofConfined()) {
      ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      channel.write(length.putLong(0, text.length), 0);
      channel.write(ByteBuffer.wrap(text), Long.BYTES);
      long begin = (long) Long.BYTES + text.length;
      MemorySegment data = channel.map(FileChannel.MapMode.READ_WRITE, begin, end, arena);
      long at = 0;
      for (Map.Entry<String, long[]> tensor : tensors.entrySet()) {
        long bytes = type.byteSize(elements(tensor.getValue()));
        fill(data.asSlice(at, bytes), tensor.getKey(), tensor.getValue());
        at += bytes;
      }
    }
  }

  private String dtype() {
    return switch (type) {
      case FLOAT32 -> "F32";
      case FLOAT16 -> "F16";
      case BFLOAT16 -> "BF16";
      default -> throw new IllegalStateException(type + " is no type of weights here");
    };
  }

  private void fill(MemorySegment data, String name, long[] shape) {
    long hash = FNV_OFFSET ^ seed;
    for (byte character : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ character) * FNV_PRIME;
    }
    float gain = gain(name, shape);
    boolean norm = name.endsWith("layer_norm.weight");
    long count = elements(shape);
    for (long i = 0; i < count; i++) {
      hash += GOLDEN_GAMMA;
      float uniform = ((mix(hash) >>> 40) - (1 << 23)) / (float) (1 << 23);
      float value = norm ? 1 + 0.25f * uniform : gain * uniform;
      switch (type) {
        case FLOAT16 ->
            data.setAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, i, Float.floatToFloat16(value));
        case BFLOAT16 -> data.setAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, i, bfloat16(value));
        default -> data.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, value);
      }
    }
  }

  /** The largest weight: what keeps the answers of a random model from being all the same. */
  private float gain(String name, long[] shape) {
    if (name.equals("shared.weight")) {
      return residual;
    }
    if (name.equals("lm_head.weight")) {
      return 0.2f;
    }
    if (name.endsWith("relative_attention_bias.weight")) {
      return 2;
    }
    double fanIn = shape[shape.length - 1];
    double times = 1;
    if (name.endsWith(".wi_0.weight")) {
      times = gates;
    } else if (name.endsWith(".wi_1.weight") || name.endsWith(".wi.weight")) {
      times = hidden;
    } else if (name.endsWith(".o.weight")) {
      times = residual;
    } else if (name.endsWith(".wo.weight")) {
      times = residual / hidden;
    }
    return (float)
        (times * 4 / Math.sqrt(name.endsWith(".q.weight") ? fanIn * size("d_kv") : fanIn));
  }

  private static long mix(long x) {
    x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    return x ^ (x >>> 31);
  }

  /** Rounds to the nearest, and to even between two. */
  private static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }

  private static long elements(long[] shape) {
    long elements = 1;
    for (long dimension : shape) {
      elements *= dimension;
    }
    return elements;
  }

  private JsonNode tokenizer() {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", "1.0");
    root.putNull("truncation");
    root.putNull("padding");
    ArrayNode added = root.putArray("added_tokens");
    List<String> special = List.of("<pad>", "</s>", "<unk>");
    for (int id = 0; id < special.size(); id++) {
      Map<String, Object> token = new LinkedHashMap<>();
      token.put("id", id);
      token.put("content", special.get(id));
      for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
        token.put(flag, false);
      }
      token.put("special", true);
      added.addPOJO(token);
    }
    root.putNull("normalizer");
    root.set("pre_tokenizer", metaspace());
    ObjectNode end = root.putObject("post_processor").put("type", "TemplateProcessing");
    template(end.putArray("single"), "A");
    ArrayNode pair = end.putArray("pair");
    template(pair, "A");
    template(pair, "B");
    ObjectNode marks = end.putObject("special_tokens").putObject("</s>").put("id", "</s>");
    marks.putArray("ids").add(1);
    marks.putArray("tokens").add("</s>");
    root.set("decoder", metaspace());
    ObjectNode model = root.putObject("model").put("type", "Unigram").put("unk_id", 2);
    ArrayNode pieces = model.putArray("vocab");
    for (int id = 0; id < size("vocab_size"); id++) {
      String piece = id < special.size() ? special.get(id) : "\u2581" + word(id - special.size());
      pieces.addArray().add(piece).add(id < special.size() ? 0.0 : -Math.log(id));
    }
    model.put("byte_fallback", false);
    return root;
  }

  private static ObjectNode metaspace() {
    return JSON.createObjectNode()
        .put("type", "Metaspace")
        .put("replacement", "\u2581")
        .put("prepend_scheme", "always")
        .put("split", true);
  }

  private static void template(ArrayNode target, String sequence) {
    target.addObject().putObject("Sequence").put("id", sequence).put("type_id", 0);
    target.addObject().putObject("SpecialToken").put("id", "</s>").put("type_id", 0);
  }

  /** Returns the word of a number: {@code ba}, {@code be}, … {@code zu}, {@code beba} and on. */
  public static String word(int number) {
    String consonants = "bcdfghjklmnprstvwyz";
    String vowels = "aeiou";
    int syllables = consonants.length() * vowels.length();
    int last = number % syllables;
    String syllable =
        String.format(
            Locale.ROOT,
            "%c%c",
            consonants.charAt(last / vowels.length()),
            vowels.charAt(last % vowels.length()));
    return number < syllables ? syllable : word(number / syllables) + syllable;
  }
}
