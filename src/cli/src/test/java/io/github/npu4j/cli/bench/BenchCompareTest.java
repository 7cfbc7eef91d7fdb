package io.github.npu4j.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.npu4j.cli.Terminal;
import io.github.npu4j.measure.DeviceResult;
import io.github.npu4j.measure.Series;
import io.github.npu4j.measure.Stack;
import io.github.npu4j.report.BenchmarkRecord;
import io.github.npu4j.report.ComparedRecord;
import io.github.npu4j.report.Comparison;
import io.github.npu4j.report.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Saved runs: written, read again, and compared. */
class BenchCompareTest {

  @TempDir Path folder;

  private final Terminal terminal = new Terminal();

  private static BenchmarkRecord run(double factor) {
    long[] nanos =
        new SplittableRandom(9)
            .longs(600, 2_000_000, 2_300_000)
            .map(duration -> (long) (factor * duration))
            .toArray();
    DeviceResult cpu =
        new DeviceResult(
            "cpu",
            true,
            "",
            "a \"note\"\n",
            "ort",
            "1.29",
            Map.of("leastCosine", 0.999964),
            List.of(new Stack("first use", List.of(Series.of("open", 1, 7L)))),
            List.of(Series.of("text", 1, nanos), Series.of("batch of 8", 8, 1L, 2L)));
    return SampleRecords.of("embed", List.of(cpu, DeviceResult.absent("npu", "no <NPU> & \u00e9")));
  }

  private Path save(String name, Object run) throws IOException {
    return Files.writeString(folder.resolve(name), Json.line(run));
  }

  @Test
  void whatIsReadIsWhatWasWritten() throws IOException {
    BenchmarkRecord run = run(1);
    Path file = save("a.json", run);
    BenchmarkRecord read = BenchmarkRecord.read(file);
    assertEquals(Json.line(run), Json.line(read));
    BenchmarkRecord again =
        BenchmarkRecord.read(save("b.json", new ComparedRecord(run, Comparison.of(run, run))));
    assertEquals(Json.line(run), Json.line(again));
  }

  @Test
  void aSlowerRunIsSaidSo() throws IOException {
    String before = save("a.json", run(1)).toString();
    String after = save("b.json", run(1.1)).toString();
    assertEquals(0, terminal.run("bench", "compare", before, after), terminal.notices());
    List<String> lines = terminal.results().lines().toList();
    assertTrue(lines.get(3).matches("cpu +text +p50 .* 1\\.100 .* slower"), terminal.results());
    assertTrue(lines.get(5).matches("cpu +batch of 8 +p50 .* too few"), terminal.results());
    assertTrue(terminal.results().contains("2 of 2 differences are more than"), terminal.results());
    assertTrue(terminal.results().contains("0.999964"), terminal.results());
    assertEquals(0, terminal.run("bench", "compare", before, before));
    assertTrue(terminal.results().contains("None of 2 differences"), terminal.results());
  }

  @Test
  void programsGetTheIntervals() throws IOException {
    String before = save("a.json", run(1)).toString();
    String after = save("b.json", run(0.8)).toString();
    assertEquals(0, terminal.run("bench", "compare", before, after, "--json"));
    JsonNode median = new ObjectMapper().readTree(terminal.results()).get("differences").get(0);
    assertEquals("faster", median.get("verdict").asText());
    assertTrue(median.get("ratio").get("high").asDouble() < 1);
    assertTrue(
        new ObjectMapper()
            .readTree(terminal.results())
            .get("differences")
            .get(2)
            .get("ratio")
            .isNull());
  }

  @Test
  void aReportIsOnePageInAFolderOfItsOwn() throws IOException {
    String before = save("a.json", run(1)).toString();
    String after = save("b.json", run(1.1)).toString();
    Path reports = folder.resolve("deep/reports");
    String[] command = {"bench", "compare", before, after, "--report", reports.toString()};
    for (int time = 0; time < 2; time++) {
      assertEquals(0, terminal.run(command), terminal.notices());
      try (Stream<Path> files = Files.list(reports)) {
        assertEquals(List.of(reports.resolve("bench-embed.html")), files.toList());
      }
    }
    assertTrue(terminal.notices().contains("bench-embed.html"), terminal.notices());
    String page = Files.readString(reports.resolve("bench-embed.html"));
    assertTrue(page.contains("Compared with the earlier run"));
    assertTrue(page.contains("no &lt;NPU&gt; &amp; \u00e9"));
    assertTrue(page.endsWith("</html>\n"));
    command[5] = before;
    assertEquals(4, terminal.run(command));
    assertTrue(terminal.notices().contains("Give another folder with --report"));
  }

  @Test
  void whatIsNoRunIsRefused() throws IOException {
    String run = save("a.json", run(1)).toString();
    assertEquals(4, terminal.run("bench", "compare", run, folder + "/none.json"));
    assertEquals(2, terminal.run("bench", "compare", run));
    String whole = Files.readString(Path.of(run));
    Map<String, String> damaged =
        Map.of(
            "[1]", whole.replaceAll("\\A.*\\z", "[1]"),
            "newer", whole.replace("\"format\":1", "\"format\":2"),
            "negative", whole.replaceFirst("\"nanos\":\\[\\d", "\"nanos\":[-1,1"),
            "text", whole.replaceFirst("\"nanos\":\\[\\d", "\"nanos\":[\"1\",1"),
            "empty", whole.replace("\"nanos\":[7]", "\"nanos\":[]"),
            "half", whole.substring(0, whole.length() / 2));
    for (Map.Entry<String, String> entry : damaged.entrySet()) {
      assertFalse(entry.getValue().equals(whole), entry.getKey());
      Path file = Files.writeString(folder.resolve("damaged.json"), entry.getValue());
      assertEquals(4, terminal.run("bench", "compare", run, file.toString()), entry.getKey());
      assertTrue(terminal.notices().contains("npu4j bench wrote with --json"), terminal.notices());
    }
  }

  @Test
  void anEarlierRunOfAnotherBenchmarkIsRefusedBeforeAnythingIsMeasured() throws IOException {
    String embed = save("a.json", run(1)).toString();
    assertEquals(4, terminal.run("bench", "load", "--compare", embed));
    assertTrue(terminal.notices().contains("it is a run of bench embed"), terminal.notices());
    assertEquals(4, terminal.run("bench", "t5", "none", "--compare", embed));
  }
}
