package io.github.npu4j.seq2seq;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.npu4j.family.Seq2SeqFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What transformers' {@code generate} answers with some options; recorded by {@code
 * t5/generation.py}.
 *
 * @param model the name of the {@code T5Fixture} that answers
 * @param ids the text, the end token included
 * @param options by transformers' names
 * @param answers the answers' tokens, best first, the start token not among them
 * @param scores each answer's score, where there are beams
 */
record SearchFixture(
    String model, long[] ids, JsonNode options, List<List<Integer>> answers, double[] scores) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static List<SearchFixture> all() {
    try (InputStream in =
        Objects.requireNonNull(SearchFixture.class.getResourceAsStream("/t5/generation.json"))) {
      List<SearchFixture> fixtures = new ArrayList<>();
      JSON.readTree(in).get("cases").forEach(node -> fixtures.add(of(node)));
      return fixtures;
    } catch (IOException unreadable) {
      throw new IllegalStateException(unreadable);
    }
  }

  private static SearchFixture of(JsonNode node) {
    List<List<Integer>> answers = new ArrayList<>();
    node.get("answers").forEach(answer -> answers.add(withoutPadding(answer)));
    return new SearchFixture(
        node.get("model").asText(),
        node.get("ids").valueStream().mapToLong(JsonNode::asLong).toArray(),
        node.get("options"),
        answers,
        node.path("scores").valueStream().mapToDouble(JsonNode::asDouble).toArray());
  }

  /** Answers that were returned together are padded to the longest with token 0. */
  private static List<Integer> withoutPadding(JsonNode answer) {
    List<Integer> ids = new ArrayList<>(answer.valueStream().map(JsonNode::asInt).toList());
    while (ids.getLast() == 0) {
      ids.removeLast();
    }
    return ids;
  }

  /** Reads the options as if they stood in a model's {@code generation_config.json}. */
  GenerationConfig config(Path folder) throws IOException {
    ObjectNode json = JSON.createObjectNode();
    json.put("decoder_start_token_id", 0);
    json.put("eos_token_id", 1);
    json.setAll((ObjectNode) options);
    Files.createDirectories(folder);
    JSON.writeValue(folder.resolve(Seq2SeqFolder.GENERATION_CONFIG).toFile(), json);
    return GenerationConfig.read(folder);
  }

  @Override
  public String toString() {
    return model + ", " + ids.length + " tokens, " + options;
  }
}
