package io.github.npu4j.cli.use;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.npu4j.cli.Terminal;
import io.github.npu4j.testing.ExportedModels;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("one test sets System.in")
class GenerateCommandIT {

  @TempDir private static Path folder;

  private static String model = "";

  private final Terminal terminal = new Terminal();

  @BeforeAll
  static void export() throws IOException {
    model = ExportedModels.export("gated-untied", folder).toString();
  }

  private List<String> lines(String... more) {
    List<String> arguments = new ArrayList<>(List.of("generate", model, "--device", "cpu"));
    arguments.addAll(List.of(more));
    assertEquals(0, terminal.run(arguments.toArray(String[]::new)), terminal.notices());
    return terminal.results().lines().toList();
  }

  @Test
  void answersEachTextOnALine() {
    List<String> both = lines("--max-length", "6", "ba", "ce di");
    assertEquals(2, both.size());
    assertEquals(both.getFirst(), lines("--max-length", "6", "ba").getFirst());
    assertEquals(both.getLast(), lines("--max-length", "6", "--stream", "ce di").getFirst());
  }

  @Test
  void answersLinesOfStandardInput() {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream("ba\nce di\n".getBytes(StandardCharsets.UTF_8)));
    try {
      assertEquals(2, lines("--max-length", "6").size());
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void reportsAsJson() throws IOException {
    JsonNode answer =
        new ObjectMapper()
            .readTree(
                lines("--json", "--beams", "3", "--return", "2", "--max-length", "5", "ba")
                    .getFirst());
    assertEquals(2, answer.get("answers").size());
    JsonNode best = answer.get("answers").get(0);
    assertEquals(5, best.get("ids").size());
    assertEquals("maximum_length", best.get("ending").asText());
    assertTrue(
        best.get("score").asDouble() >= answer.get("answers").get(1).get("score").asDouble());
    assertEquals("CPU", answer.get("device").asText().toUpperCase(java.util.Locale.ROOT));
    assertTrue(answer.get("millis").get("whole").asDouble() > 0);
  }

  @Test
  void drawsTheSameWithTheSameSeed() {
    String[] options = {"--temperature", "1.5", "--top-k", "20", "--max-length", "12", "ba"};
    List<String> first = lines(with("--seed", "3", options));
    assertEquals(first, lines(with("--seed", "3", options)));
    assertTrue(!first.equals(lines(with("--seed", "4", options))));
  }

  private static String[] with(String name, String value, String... options) {
    List<String> all = new ArrayList<>(List.of(name, value));
    all.addAll(List.of(options));
    return all.toArray(String[]::new);
  }

  @Test
  void allowsOnlyTheAnswersOfAFile() throws IOException {
    List<String> every = lines("--max-length", "9", "ba");
    List<String> words = List.of(every.getFirst().split(" "));
    Path file = folder.resolve("answers.txt");
    Files.writeString(file, words.get(1) + " " + words.get(0) + "\n" + words.get(2) + "\n");
    String answer = lines("--answers", file.toString(), "ba").getFirst();
    assertTrue(Files.readAllLines(file).contains(answer), answer);
  }

  @Test
  void refusesWhatMakesNoSense() throws IOException {
    assertEquals(2, terminal.run("generate"));
    assertEquals(2, terminal.run("generate", model, "--stream", "--json", "ba"));
    assertEquals(2, terminal.run("generate", model, "--device", "cpu", "--beams", "0", "ba"));
    assertEquals(
        2,
        terminal.run(
            "generate", model, "--device", "cpu", "--beams", "2", "--temperature", "1", "ba"));
    assertEquals(2, terminal.run("generate", model, "--device", "cpu", "--return", "2", "ba"));
    assertEquals(3, terminal.run("generate", folder.resolve("none").toString(), "ba"));
    assertEquals(3, terminal.run("generate", model, "--device", "npu", "ba"));
    assertEquals(
        4,
        terminal.run(
            "generate", model, "--device", "cpu", "--answers", folder + "/none.txt", "ba"));
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertEquals(4, terminal.run("generate", empty.toString(), "--device", "cpu", "ba"));
  }

  @Test
  void saysWhyItIsNotTheNpuAndAnswersFromTheCpu() {
    assertEquals(0, terminal.run("test", model, "--npu"), terminal.notices());
    assertTrue(terminal.notices().contains("NOT ON THE NPU but on cpu"), terminal.notices());
    assertTrue(terminal.notices().contains("npu (direct): "), terminal.notices());
    assertTrue(terminal.results().contains("ran on   cpu"), terminal.results());
    assertTrue(terminal.results().contains("a token"), terminal.results());
  }

  @Test
  void otherCommandsKnowAFolderOfAnEncoderAndADecoder() {
    assertEquals(0, terminal.run("verify", model), terminal.notices());
    for (String file : List.of("encoder_model.onnx", "decoder_with_past_model.onnx")) {
      assertTrue(terminal.results().contains(file), terminal.results());
    }
    assertEquals(0, terminal.run("doctor", model), terminal.notices());
    assertTrue(terminal.results().contains("encoder_model.onnx"), terminal.results());
    assertEquals(4, terminal.run("embed", "--model", model, "hello"));
    assertTrue(terminal.notices().contains("npu4j generate"), terminal.notices());
  }

  @Test
  void measuresHowManyAnswersAreRight() throws IOException {
    List<String> answers = lines("--max-length", "6", "ba", "ce di");
    Path heldOut = folder.resolve("heldout.tsv");
    Files.writeString(heldOut, "ba\t" + answers.getFirst() + "\nce di\tsomething else\n");
    String[] command = {
      "test", model, "--device", "cpu", "--max-length", "6", "--heldout", heldOut.toString()
    };
    assertEquals(0, terminal.run(command), terminal.notices());
    assertTrue(terminal.results().contains("exact    1 of 2, 50.00 %"), terminal.results());
    assertTrue(terminal.results().contains("expected something else"), terminal.results());
    List<String> strict = new ArrayList<>(List.of(command));
    strict.addAll(List.of("--min-exact", "60"));
    assertEquals(1, terminal.run(strict.toArray(String[]::new)));
    assertTrue(terminal.results().contains("below 60.0 %"), terminal.results());
  }

  @Test
  void answersTheSampleSentencesOfTheFolder() throws IOException {
    Path samples = Path.of(model).resolve("samples.txt");
    Files.writeString(samples, "ba ce\n\ndi\n");
    try {
      assertEquals(0, terminal.run("test", model, "--device", "cpu", "--json"));
      JsonNode report = new ObjectMapper().readTree(terminal.results());
      assertEquals(2, report.get("samples").size());
      assertEquals("ba ce", report.get("samples").get(0).get("sentence").asText());
      assertTrue(report.get("whole").get("p90").asDouble() > 0);
    } finally {
      Files.delete(samples);
    }
  }
}
