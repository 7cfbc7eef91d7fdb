package io.github.npu4j.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.npu4j.tensor.ElementType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;

/**
 * A small T5 with random weights, and what PyTorch makes of a few inputs: the encoder's output, the
 * logits of given decoder inputs, the tokens of greedy search and of beam search. Recorded by
 * {@code t5/reference.py}.
 *
 * @param name what its shape is, such as {@code five-heads}
 * @param model the weights' shapes and their formula
 * @param form the files that the weights are in
 * @param recordedTensors the names and shapes of all tensors, by PyTorch
 * @param beams how many beams the beam search had
 * @param cases the inputs and what became of them
 */
public record T5Fixture(
    String name,
    RandomT5 model,
    Form form,
    Map<String, long[]> recordedTensors,
    int beams,
    List<Case> cases) {

  /** The files that the weights are in. */
  public enum Form {
    /** One {@code model.safetensors}. */
    SAFETENSORS,
    /** Two files and their index. */
    SHARDED,
    /** A {@code pytorch_model.bin} that {@code torch.save} wrote, with each tied tensor's names. */
    PICKLE
  }

  /**
   * An input and what PyTorch makes of it in float32.
   *
   * @param ids the encoder's input, the end token included
   * @param encoder the encoder's last hidden state, a row for each token
   * @param forced the decoder's input, the start token first
   * @param logits a row for each token of {@code forced}
   * @param greedy the answer by greedy search, without the start token: 64 tokens, or up to the end
   *     token, included; the best two logits are always more than 1e-3 apart
   * @param beamSearch the answer by beam search of at most 16 tokens, without the start token
   */
  public record Case(
      int[] ids,
      float[][] encoder,
      int[] forced,
      float[][] logits,
      int[] greedy,
      int[] beamSearch) {

    @Override
    public String toString() {
      return ids.length + " tokens";
    }
  }

  /** The names of all fixtures. */
  public static final List<String> NAMES =
      List.of(
          "relu-tied",
          "relu-untied",
          "gated-tied",
          "gated-untied",
          "deep-encoder",
          "deep-decoder",
          "three-heads",
          "five-heads",
          "one-head",
          "near-buckets",
          "wide",
          "gelu",
          "silu",
          "pickled",
          "pickled-untied");

  /** Reads all fixtures. */
  public static List<T5Fixture> all() {
    return NAMES.stream().map(T5Fixture::named).toList();
  }

  /** Reads one fixture. */
  public static T5Fixture named(String name) {
    try (InputStream in = resource(name + ".json")) {
      JsonNode json = new ObjectMapper().readTree(in);
      ElementType type = ElementType.valueOf(json.get("dtype").asText().toUpperCase(Locale.ROOT));
      Map<String, long[]> tensors = new LinkedHashMap<>();
      json.get("tensors").properties().forEach(t -> tensors.put(t.getKey(), longs(t.getValue())));
      List<Case> cases = new ArrayList<>();
      json.get("cases").forEach(node -> cases.add(caseOf(node)));
      return new T5Fixture(
          name,
          new RandomT5(json.get("config"), type, json.get("seed").asLong()),
          Form.valueOf(json.get("files").asText().toUpperCase(Locale.ROOT)),
          tensors,
          json.get("beams").asInt(),
          cases);
    } catch (IOException unreadable) {
      throw new IllegalStateException(name, unreadable);
    }
  }

  /** Writes the checkpoint folder. */
  public void write(Path folder) throws IOException {
    switch (form) {
      case SAFETENSORS -> model.write(folder);
      case SHARDED -> model.writeSharded(folder);
      case PICKLE -> {
        model.describe(folder);
        try (InputStream in = resource(name + ".bin")) {
          Files.copy(in, folder.resolve("pytorch_model.bin"));
        }
      }
    }
  }

  @Override
  public String toString() {
    return name;
  }

  private static InputStream resource(String file) {
    return Objects.requireNonNull(T5Fixture.class.getResourceAsStream("/t5/" + file), file);
  }

  private static Case caseOf(JsonNode node) {
    return new Case(
        ints(node.get("ids")),
        floats(node.get("encoder")),
        ints(node.get("forced")),
        floats(node.get("logits")),
        ints(node.get("greedy")),
        ints(node.get("beams")));
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }

  private static long[] longs(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToLong(JsonNode::asLong).toArray();
  }

  private static float[][] floats(JsonNode rows) {
    float[][] values = new float[rows.size()][];
    for (int row = 0; row < values.length; row++) {
      values[row] = new float[rows.get(row).size()];
      for (int column = 0; column < values[row].length; column++) {
        values[row][column] = Float.parseFloat(rows.get(row).get(column).asText());
      }
    }
    return values;
  }
}
