package io.github.npu4j.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.cli.Terminal;
import io.github.npu4j.store.Progress;
import io.github.npu4j.testing.ExportedModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmarks on a machine without a GPU plugin and without an NPU. */
class BenchCommandIT {

  private static final String NO_PLUGIN =
      "no execution provider plugin was given (--ep-library PATH)";

  @TempDir private static Path folder;

  private static String model = "";
  private static String sentences = "";

  private final Terminal terminal = new Terminal();

  @BeforeAll
  static void export() throws IOException {
    model = ExportedModels.export("gated-untied", folder).toString();
    Path file = folder.resolve("sentences.txt");
    Files.writeString(file, "ba ce\n\ndi\n");
    sentences = file.toString();
  }

  @Test
  void aRowForEachDeviceWithFiguresOrTheReason() {
    assertEquals(
        0,
        terminal.run(
            "bench",
            "t5",
            "--model",
            model,
            "--rounds",
            "2",
            "--max-length",
            "6",
            "--sentences",
            sentences,
            "--warm-up",
            "0.5"),
        terminal.notices());
    List<String> lines = terminal.results().lines().toList();
    assertEquals(
        "gated-untied: 2 sentences in 2 rounds after 0.5 s of warm-up on each device, at most 6"
            + " tokens an answer",
        lines.getFirst());
    assertTrue(lines.get(3).matches("cpu +[0-9.]+ .*2/2"), terminal.results());
    assertEquals("gpu       not available: " + NO_PLUGIN, lines.get(4));
    assertTrue(lines.get(5).matches("npu +not available: .+"), terminal.results());
    assertTrue(lines.get(6).startsWith("cpu ran by ort ("), terminal.results());
    assertFalse(lines.stream().anyMatch(line -> line.startsWith("emulator")), terminal.results());
  }

  @Test
  void reportsAsJson() throws IOException {
    String[] command = {
      "bench",
      "t5",
      model,
      "--device",
      "npu,cpu",
      "--rounds",
      "3",
      "--max-length",
      "5",
      "--sentences",
      sentences,
      "--warm-up",
      "0.1",
      "--json"
    };
    assertEquals(0, terminal.run(command), terminal.notices());
    JsonNode report = new ObjectMapper().readTree(terminal.results());
    assertEquals(5, report.get("settings").get("mostTokensAnAnswer").asInt());
    assertEquals(2, report.get("settings").get("texts").asInt());
    assertEquals("gated-untied", report.get("model").get("name").asText());
    assertEquals(2, report.get("devices").size());
    JsonNode cpu = report.get("devices").get(0);
    assertEquals("cpu", cpu.get("device").asText());
    JsonNode whole = cpu.get("series").get(0).get("millis");
    JsonNode prefill = cpu.get("series").get(1);
    assertEquals("prefill", prefill.get("name").asText());
    assertEquals(6, whole.get("count").asInt());
    assertEquals(6, prefill.get("nanos").size());
    assertTrue(whole.get("p50").asDouble() > prefill.get("millis").get("p50").asDouble());
    assertTrue(whole.get("p50").asDouble() <= whole.get("p99").asDouble());
    assertTrue(cpu.get("series").get(2).get("millis").get("p50").asDouble() > 0);
    JsonNode figures = cpu.get("figures");
    assertEquals(5, figures.get("tokensPerAnswer").asDouble());
    assertTrue(figures.get("tokensPerSecond").asDouble() > 0);
    assertTrue(figures.get("bytesPerAnswer").asLong() > 0);
    assertEquals(2, figures.get("equalAnswers").asInt());
    assertTrue(cpu.get("stacks").get(0).get("phases").get(0).get("nanos").get(0).asLong() > 0);
    JsonNode npu = report.get("devices").get(1);
    assertFalse(npu.get("available").asBoolean());
    assertFalse(npu.get("reason").asText().isEmpty());
    assertTrue(npu.get("series").isEmpty());
  }

  @Test
  void aPluginThatIsNotThereIsTheReason() {
    String[] command = {
      "bench",
      "t5",
      model,
      "--device",
      "gpu",
      "--rounds",
      "1",
      "--max-length",
      "3",
      "--sentences",
      sentences,
      "--warm-up",
      "0",
      "--ep-library",
      folder.resolve("none.so").toString()
    };
    assertEquals(0, terminal.run(command), terminal.notices());
    List<String> lines = terminal.results().lines().toList();
    assertTrue(lines.get(3).startsWith("cpu "), terminal.results());
    assertTrue(lines.get(4).startsWith("gpu       not available: "), terminal.results());
    assertTrue(lines.get(4).contains("none.so"), terminal.results());
  }

  @Test
  void embeddingsAreMeasuredToo() throws IOException {
    ModelCatalog.standard().pull("minilm", Progress.NONE);
    String[] command = {
      "bench", "embed", "--rounds", "3", "--sentences", sentences, "--warm-up", "0.1", "--json"
    };
    assertEquals(0, terminal.run(command), terminal.notices());
    JsonNode report = new ObjectMapper().readTree(terminal.results());
    assertEquals("minilm", report.get("model").get("name").asText());
    assertEquals(3, report.get("devices").size());
    JsonNode cpu = report.get("devices").get(0);
    assertEquals(6, cpu.get("series").get(0).get("millis").get("count").asInt());
    assertTrue(cpu.get("series").get(0).get("millis").get("p999").asDouble() > 0);
    assertEquals(8, cpu.get("series").get(1).get("items").asInt());
    assertEquals(32, cpu.get("series").get(2).get("items").asInt());
    assertEquals(3, cpu.get("series").get(2).get("nanos").size());
    JsonNode figures = cpu.get("figures");
    assertTrue(figures.get("textsPerSecond").asDouble() > 0);
    assertTrue(figures.get("bytesPerText").asLong() > 0);
    assertEquals(1, figures.get("leastCosine").asDouble(), 1e-4);
    assertEquals(NO_PLUGIN, report.get("devices").get(1).get("reason").asText());
    assertFalse(report.get("devices").get(2).get("reason").asText().isEmpty());
    assertEquals(3, terminal.run("bench", "embed", "--model", "no-such-model"));
    assertEquals(2, terminal.run("bench", "embed", "--rounds", "0"));
    assertEquals(2, terminal.run("bench", "embed", "--batch", "8,0"));
  }

  @Test
  void refusesWhatMakesNoSense() throws IOException {
    assertEquals(2, terminal.run("bench"));
    assertTrue(
        terminal.notices().contains("name what to do: load, run, embed, t5 or compare"),
        terminal.notices());
    assertEquals(2, terminal.run("bench", "t5"));
    assertTrue(terminal.notices().contains("npu4j export CHECKPOINT OUT"), terminal.notices());
    assertEquals(2, terminal.run("bench", "t5", model, "--model", model));
    assertEquals(2, terminal.run("bench", "t5", model, "--device", "auto"));
    assertEquals(2, terminal.run("bench", "t5", model, "--rounds", "0"));
    assertEquals(2, terminal.run("bench", "t5", model, "--max-length", "0"));
    assertEquals(2, terminal.run("bench", "t5", model, "--device", "npu", "--ep-library", "x.so"));
    assertEquals(3, terminal.run("bench", "t5", folder.resolve("none").toString()));
    assertEquals(4, terminal.run("bench", "t5", model, "--sentences", folder + "/none.txt"));
    Path blank = Files.writeString(folder.resolve("blank.txt"), "\n \n");
    assertEquals(4, terminal.run("bench", "t5", model, "--sentences", blank.toString()));
    assertTrue(terminal.notices().contains("has no sentence"), terminal.notices());
  }
}
