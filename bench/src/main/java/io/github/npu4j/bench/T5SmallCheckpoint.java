package io.github.npu4j.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes a checkpoint of T5-small's shape with random weights into the folder given: 512 wide, 6 and
 * 6 layers, 8 heads, 32,128 tokens, ReLU, tied. Its tokenizer knows the words w3, w4 and so on by
 * the tokens 3, 4 and so on.
 */
final class T5SmallCheckpoint {
  private static final int WIDTH = 512;
  private static final int INNER = 2048;
  private static final int LAYERS = 6;
  private static final int HEADS = 8;
  private static final int VOCABULARY = 32128;

  private T5SmallCheckpoint() {}

  /** Writes it. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"architectures":["T5ForConditionalGeneration"],"model_type":"t5","d_model":512,"d_kv":64,
        "d_ff":2048,"num_layers":6,"num_decoder_layers":6,"num_heads":8,"vocab_size":32128,
        "feed_forward_proj":"relu","tie_word_embeddings":true,"is_encoder_decoder":true,
        "decoder_start_token_id":0,"pad_token_id":0,"eos_token_id":1,"layer_norm_epsilon":1e-6,
        "relative_attention_num_buckets":32,"relative_attention_max_distance":128,
        "dropout_rate":0.0}
        """);
    Files.writeString(
        folder.resolve("generation_config.json"),
        "{\"decoder_start_token_id\":0,\"eos_token_id\":1,\"pad_token_id\":0}\n");
    Files.writeString(folder.resolve("tokenizer.json"), tokenizer());
    weights(folder.resolve("model.safetensors"));
  }

  private static Map<String, int[]> tensors() {
    Map<String, int[]> tensors = new TreeMap<>();
    tensors.put("shared.weight", new int[] {VOCABULARY, WIDTH});
    for (String stack : new String[] {"encoder", "decoder"}) {
      for (int block = 0; block < LAYERS; block++) {
        String layer = stack + ".block." + block + ".layer.";
        attention(tensors, layer + "0.", "SelfAttention");
        if (block == 0) {
          tensors.put(
              layer + "0.SelfAttention.relative_attention_bias.weight", new int[] {32, HEADS});
        }
        boolean decoder = stack.equals("decoder");
        if (decoder) {
          attention(tensors, layer + "1.", "EncDecAttention");
        }
        String last = layer + (decoder ? "2." : "1.");
        tensors.put(last + "layer_norm.weight", new int[] {WIDTH});
        tensors.put(last + "DenseReluDense.wi.weight", new int[] {INNER, WIDTH});
        tensors.put(last + "DenseReluDense.wo.weight", new int[] {WIDTH, INNER});
      }
      tensors.put(stack + ".final_layer_norm.weight", new int[] {WIDTH});
    }
    return tensors;
  }

  private static void attention(Map<String, int[]> tensors, String layer, String name) {
    tensors.put(layer + "layer_norm.weight", new int[] {WIDTH});
    for (String matrix : new String[] {"q", "k", "v", "o"}) {
      tensors.put(layer + name + "." + matrix + ".weight", new int[] {WIDTH, WIDTH});
    }
  }

  private static int elements(int[] shape) {
    return IntStream.of(shape).reduce(1, Math::multiplyExact);
  }

  private static void weights(Path file) throws IOException {
    Map<String, int[]> tensors = tensors();
    StringBuilder header = new StringBuilder();
    long end = 0;
    for (Map.Entry<String, int[]> tensor : tensors.entrySet()) {
      long begin = end;
      end += 4L * elements(tensor.getValue());
      String shape =
          IntStream.of(tensor.getValue())
              .mapToObj(Integer::toString)
              .collect(Collectors.joining(","));
      header.append(header.isEmpty() ? "{" : ",");
      header.append(
          "\"%s\":{\"dtype\":\"F32\",\"shape\":[%s],\"data_offsets\":[%d,%d]}"
              .formatted(tensor.getKey(), shape, begin, end));
    }
    byte[] text = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
    SplittableRandom random = new SplittableRandom(1);
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      channel.write(
          ByteBuffer.allocate(8 + text.length)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(text.length)
              .put(text)
              .flip());
      for (Map.Entry<String, int[]> tensor : tensors.entrySet()) {
        channel.write(values(tensor.getKey(), tensor.getValue(), random));
      }
    }
  }

  /** Values small enough that activations stay in range, large enough that tokens differ. */
  private static ByteBuffer values(String name, int[] shape, SplittableRandom random) {
    ByteBuffer values = ByteBuffer.allocate(4 * elements(shape)).order(ByteOrder.LITTLE_ENDIAN);
    float gain = name.equals("shared.weight") ? 1 : 1 / (float) Math.sqrt(shape[shape.length - 1]);
    boolean norm = name.endsWith("layer_norm.weight");
    while (values.hasRemaining()) {
      float value = (float) random.nextGaussian();
      values.putFloat(norm ? 1 + 0.1f * value : gain * value);
    }
    return values.flip();
  }

  private static String tokenizer() {
    StringBuilder pieces = new StringBuilder();
    for (int id = 3; id < VOCABULARY; id++) {
      pieces.append(",[\"\\u2581w").append(id).append("\",-").append(id).append(".0]");
    }
    String metaspace =
        "{\"type\":\"Metaspace\",\"replacement\":\"\\u2581\",\"prepend_scheme\":\"always\","
            + "\"split\":true}";
    String end = "{\"SpecialToken\":{\"id\":\"</s>\",\"type_id\":0}}";
    String text = "{\"Sequence\":{\"id\":\"A\",\"type_id\":0}}";
    return """
    {"version":"1.0","truncation":null,"padding":null,"added_tokens":[%s,%s,%s],"normalizer":null,
    "pre_tokenizer":%s,"post_processor":{"type":"TemplateProcessing","single":[%s,%s],
    "pair":[%s,%s],"special_tokens":{"</s>":{"id":"</s>","ids":[1],"tokens":["</s>"]}}},
    "decoder":%s,"model":{"type":"Unigram","unk_id":2,
    "vocab":[["<pad>",0.0],["</s>",0.0],["<unk>",0.0]%s],"byte_fallback":false}}
    """
        .formatted(
            special(0, "<pad>"),
            special(1, "</s>"),
            special(2, "<unk>"),
            metaspace,
            text,
            end,
            text,
            end,
            metaspace,
            pieces);
  }

  private static String special(int id, String content) {
    return "{\"id\":%d,\"content\":\"%s\",\"single_word\":false,\"lstrip\":false,\"rstrip\":false,"
        .formatted(id, content)
        + "\"normalized\":false,\"special\":true}";
  }
}
