package io.github.npu4j.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.npu4j.cli.Terminal;
import io.github.npu4j.engine.TestModels;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Npy;
import io.github.npu4j.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bench load} and {@code bench run} with small models on the CPU. */
class BenchTensorsIT {

  @TempDir Path folder;

  private final Terminal terminal = new Terminal();

  private JsonNode json(String... command) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("bench"));
    arguments.addAll(List.of(command));
    arguments.addAll(List.of("--warm-up", "0", "--json"));
    assertEquals(0, terminal.run(arguments.toArray(String[]::new)), terminal.notices());
    return new ObjectMapper().readTree(terminal.results());
  }

  private static Map<String, JsonNode> byName(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .collect(Collectors.toMap(node -> node.get("name").asText(), Function.identity()));
  }

  @Test
  void aLoadIsToldPhaseByPhase() throws IOException {
    Path model = TestModels.add(folder);
    JsonNode report =
        json("load", "--model", model.toString(), "--device", "cpu,npu", "--rounds", "7");
    assertEquals("load", report.get("benchmark").asText());
    assertEquals(7, report.get("settings").get("rounds").asInt());
    JsonNode cpu = report.get("devices").get(0);
    Map<String, JsonNode> series = byName(cpu.get("series"));
    assertEquals(Set.of("load, run, close", "load", "first run", "close"), series.keySet());
    long whole = series.get("load, run, close").get("nanos").get(3).asLong();
    long parts =
        series.get("load").get("nanos").get(3).asLong()
            + series.get("first run").get("nanos").get(3).asLong()
            + series.get("close").get("nanos").get(3).asLong();
    assertTrue(parts <= whole && parts > whole / 2, parts + " of " + whole + " ns");
    Map<String, JsonNode> stacks = byName(cpu.get("stacks"));
    assertEquals(Set.of("first in this process", "later, median"), stacks.keySet());
    Map<String, JsonNode> phases = byName(stacks.get("later, median").get("phases"));
    assertEquals(7, phases.get("session").get("nanos").size());
    assertTrue(phases.containsKey("bind") && phases.containsKey("close"), phases.toString());
    JsonNode npu = report.get("devices").get(1);
    assertFalse(npu.get("available").asBoolean());
    assertFalse(npu.get("reason").asText().isEmpty());
  }

  @Test
  void aRunOnRandomInputsAllocatesNothing() throws IOException {
    Path model = TestModels.mlp(folder);
    JsonNode report =
        json("run", "--model", model.toString(), "--device", "cpu", "--rounds", "2000");
    JsonNode cpu = report.get("devices").get(0);
    assertEquals("run", cpu.get("series").get(0).get("name").asText());
    assertEquals(2000, cpu.get("series").get(0).get("nanos").size());
    assertEquals(0, cpu.get("figures").get("bytesPerRun").asLong());
    assertEquals("random, seed 1", report.get("settings").get("values").asText());
    assertEquals("x: FLOAT32 1x32", report.get("settings").get("inputs").asText());
    assertEquals(64, report.get("model").get("sha256").asText().length());
  }

  @Test
  void openSizesComeFromShapesOrArrays() throws IOException {
    Path model = TestModels.dynamicBatch(folder);
    String[] command = {"run", "--model", model.toString(), "--device", "cpu", "--rounds", "1"};
    assertEquals("x: FLOAT32 1x4", json(command).get("settings").get("inputs").asText());
    assertEquals("x: FLOAT32 3x4", withShape(command, "--shape", "x=3x4"));
    Path array = folder.resolve("x.npy");
    try (Arena arena = Arena.ofConfined()) {
      new Npy(ElementType.FLOAT32, Shape.of(5, 4), arena.allocate(80, 64)).write(array);
    }
    assertEquals("x: FLOAT32 5x4", withShape(command, "--input", "x=" + array));
    assertEquals(4, terminal.run("bench", "run", "--model", model.toString(), "--shape", "x=3y4"));
    assertTrue(terminal.notices().contains("3y4 is no shape for input x"), terminal.notices());
    assertEquals(4, terminal.run("bench", "run", "--model", model.toString(), "--shape", "x=3x5"));
    assertEquals(
        4, terminal.run("bench", "run", "--model", model.toString(), "--input", "y=" + array));
  }

  private String withShape(String[] command, String option, String value) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(List.of(option, value));
    return json(arguments.toArray(String[]::new)).get("settings").get("inputs").asText();
  }

  @Test
  void bothOfOnnxRuntimesWaysAreThere() throws IOException {
    Path model = TestModels.add(folder);
    for (String engine : List.of("ort", "java")) {
      JsonNode report =
          json(
              "run",
              "--model",
              model.toString(),
              "--device",
              "cpu",
              "--rounds",
              "3",
              "--engine",
              engine);
      assertEquals(engine, report.get("devices").get(0).get("engine").asText());
    }
  }

  @Test
  void peopleGetARowAndAHistogram() throws IOException {
    String model = TestModels.add(folder).toString();
    String[] command = {
      "bench", "run", "--model", model, "--device", "cpu", "--rounds", "100", "--warm-up", "0"
    };
    assertEquals(0, terminal.run(command), terminal.notices());
    List<String> lines = terminal.results().lines().toList();
    assertTrue(lines.get(3).matches("cpu .* / .* / .* / .*"), terminal.results());
    assertTrue(lines.contains("cpu, run, 100 times"), terminal.results());
    int counted =
        lines.stream()
            .filter(line -> line.contains(" #"))
            .mapToInt(line -> Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1)))
            .sum();
    assertEquals(100, counted, terminal.results());
  }

  @Test
  void aDeviceThatIsNotHereIsAReasonAndAloneAnError() throws IOException {
    String model = TestModels.add(folder).toString();
    assertEquals(3, terminal.run("bench", "load", "--model", model, "--device", "npu"));
    assertEquals(3, terminal.run("bench", "run", "--model", model, "--device", "gpu"));
    assertTrue(terminal.notices().contains("--ep-library PATH"), terminal.notices());
    assertEquals(3, terminal.run("bench", "run", "--model", folder + "/none.onnx"));
    assertEquals(2, terminal.run("bench", "load", "--warm-up", "-1"));
    assertEquals(2, terminal.run("bench", "run", "--device", "auto"));
  }
}
