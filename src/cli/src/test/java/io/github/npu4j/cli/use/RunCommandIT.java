package io.github.npu4j.cli.use;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.npu4j.cli.Terminal;
import io.github.npu4j.engine.TestModels;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Npy;
import io.github.npu4j.tensor.OffHeap;
import io.github.npu4j.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCommandIT {

  @TempDir Path folder;

  private final Terminal terminal = new Terminal();

  @Test
  void runsTensorsThroughAModel() throws Exception {
    Path model = TestModels.add(folder);
    Path a = array("a.npy", 1.5f, Shape.of(1, 32));
    Path out = folder.resolve("out");
    int code =
        terminal.run(
            "run",
            model.toString(),
            "--device",
            "cpu",
            "--input",
            "a=" + a,
            "--input",
            "b=" + a,
            "--output-dir",
            out.toString(),
            "--repeat",
            "20",
            "--json");
    assertEquals(0, code, terminal.notices());
    JsonNode result = new ObjectMapper().readTree(terminal.results());
    assertEquals("cpu", result.get("device").asText());
    assertEquals(20, result.get("latencyMillis").get("runs").asInt());
    assertEquals("1x32", result.get("outputs").get(0).get("shape").asText());
    try (Arena arena = Arena.ofConfined()) {
      Npy sum = Npy.read(out.resolve("sum.npy"), arena);
      assertEquals(3f, sum.data().getAtIndex(ValueLayout.JAVA_FLOAT, 31));
    }
  }

  @Test
  void takesShapesFromTheArrays() throws Exception {
    Path model = TestModels.dynamicBatch(folder);
    Path x = array("x.npy", 2f, Shape.of(5, 4));
    assertEquals(0, terminal.run("run", model.toString(), "--device", "cpu", "--input", "x=" + x));
    assertTrue(terminal.results().contains("FLOAT32 5x4"), terminal.results());
  }

  @Test
  void asksForTheArraysThatTellOpenDimensions() throws Exception {
    Path model = TestModels.dynamicBatch(folder);
    assertFails(4, "--input x=FILE.npy", "run", model.toString(), "--device", "cpu");
  }

  @Test
  void saysWhatIsWrong() throws Exception {
    Path model = TestModels.add(folder);
    Path x = array("x.npy", 2f, Shape.of(5, 4));
    assertFails(4, "1x32", "run", model.toString(), "--device", "cpu", "--input", "a=" + x);
    assertFails(
        4, "no input named z", "run", model.toString(), "--device", "cpu", "--input", "z=" + x);
    assertFails(3, "there is no model", "run", folder.resolve("absent.onnx").toString());
    assertFails(
        4, "no such file", "run", model.toString(), "--device", "cpu", "--input", "a=absent.npy");
    assertFails(2, "--device", "run", model.toString(), "--device", "toaster");
    Path junk = Files.writeString(folder.resolve("junk.onnx"), "not a model");
    assertFails(4, "junk.onnx", "run", junk.toString(), "--device", "cpu");
  }

  private void assertFails(int code, String words, String... arguments) {
    assertEquals(code, terminal.run(arguments), terminal.notices());
    assertTrue(terminal.notices().contains(words), terminal.notices());
  }

  private Path array(String name, float value, Shape shape) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = OffHeap.allocate(arena, shape.elements() * Float.BYTES);
      for (long i = 0; i < shape.elements(); i++) {
        data.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
      }
      Path file = folder.resolve(name);
      new Npy(ElementType.FLOAT32, shape, data).write(file);
      return file;
    }
  }
}
