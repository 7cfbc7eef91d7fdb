package io.github.npu4j.cli.use;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.cli.Terminal;
import io.github.npu4j.numeric.Similarity;
import io.github.npu4j.store.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Text through compiled buckets: the smallest that fits, and the longest for what does not. */
class EmbedOnEmulatorIT {

  /** What the issue of the foundation asks of fp16 against fp32. */
  private static final double LEAST_COSINE = 0.9999;

  private static final String[] TEXTS = {
    "How do I reset my password?",
    "",
    "A sentence of more than sixteen tokens goes into the larger one of the two buckets we made.",
    "Far more tokens than any bucket holds are cut, and the answer says so. ".repeat(4)
  };

  @TempDir Path folder;
  private final Terminal terminal = new Terminal();

  @Test
  void givesTheVectorsOfTheCpu() throws IOException {
    ModelCatalog.standard().pull("minilm", Progress.NONE);
    String compiled = folder.resolve("minilm").toString();
    assertEquals(
        0,
        terminal.run("compile", "minilm", "-o", compiled, "--seq", "16,32", "--no-parity"),
        terminal.notices());
    List<JsonNode> emulated = embed(compiled, "emulator", TEXTS);
    List<JsonNode> expected = embed("minilm", "cpu", TEXTS[0], TEXTS[1], TEXTS[2]);
    assertEquals(TEXTS.length, emulated.size());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals("emulator", emulated.get(i).get("device").asText());
      assertEquals("direct", emulated.get(i).get("engine").asText());
      double cosine = Similarity.cosine(vector(emulated.get(i)), vector(expected.get(i)));
      assertTrue(cosine >= LEAST_COSINE, "text " + i + ": " + cosine);
    }
    assertTrue(emulated.get(3).get("truncated").asBoolean());
  }

  private List<JsonNode> embed(String model, String device, String... texts) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("embed", "--json", "--model", model, "--device", device));
    arguments.addAll(List.of(texts));
    assertEquals(0, terminal.run(arguments.toArray(String[]::new)), terminal.notices());
    List<JsonNode> objects = new ArrayList<>();
    for (String line : terminal.results().lines().toList()) {
      objects.add(new ObjectMapper().readTree(line));
    }
    return objects;
  }

  private static float[] vector(JsonNode object) {
    return new ObjectMapper().convertValue(object.get("embedding"), float[].class);
  }
}
