package io.github.npu4j.cli.ship;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.cli.Terminal;
import io.github.npu4j.onnx.GraphBuilder;
import io.github.npu4j.onnx.GraphBuilder.Value;
import io.github.npu4j.store.Progress;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Npy;
import io.github.npu4j.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on a small model of no known family: a table of four rows, and an input without use. */
class ForeignModelCommandsIT {

  @TempDir private Path folder;

  private final Terminal terminal = new Terminal();
  private String onnx = "";
  private String out = "";

  @BeforeEach
  void write() throws IOException {
    GraphBuilder graph = new GraphBuilder("table", 17);
    Value ids = graph.input("ids", ElementType.INT64, 1, 8);
    graph.input("unused", ElementType.FLOAT32, 1, 2);
    float[] rows = new float[4 * 16];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) Math.cos(i);
    }
    Value row = graph.op("Gather", graph.numbers("rows", rows, Shape.of(4, 16)), ids);
    graph.output("y", graph.op("Relu", row), ElementType.FLOAT32, 1, 8, 16);
    Path file = folder.resolve("table.onnx");
    graph.write(file, Progress.NONE);
    onnx = file.toString();
    out = folder.resolve("out").toString();
  }

  private String ids(long... values) {
    Path file = folder.resolve("ids" + values.length + values[0] + ".npy");
    new Npy(ElementType.INT64, Shape.of(1, values.length), MemorySegment.ofArray(values))
        .write(file);
    return "ids=" + file;
  }

  @Test
  void compileComparesAndNamesTheInputThatIsLeftOut() {
    assertEquals(0, terminal.run("compile", onnx, "-o", out), terminal.notices());
    assertTrue(terminal.notices().contains("input unused is not in"), terminal.notices());
    assertTrue(terminal.results().contains("ok"), terminal.results());
    assertEquals(0, terminal.run("parity", out), terminal.notices());
  }

  @Test
  void aComparisonThatDidNotHappenIsSaidAndIsNoSuccess() {
    String wrong = ids(1, 2, 3);
    assertEquals(1, terminal.run("compile", onnx, "-o", out, "--input", wrong));
    assertTrue(terminal.notices().contains("not compared: x-elite/8"), terminal.notices());
    assertTrue(terminal.notices().contains("does not fit input ids"), terminal.notices());
    assertEquals(0, terminal.run("compile", onnx, "-o", out, "--no-parity"));
    String given = ids(3, 2, 1, 0, 0, 1, 2, 3);
    assertEquals(0, terminal.run("compile", onnx, "-o", out, "--input", given));
    assertTrue(terminal.results().contains("x-elite/8: given"), terminal.results());
  }

  @Test
  void whatTheRuntimeRefusesOfAnInputIsAnErrorOfThatInput() {
    String outside = ids(1, 2, 3, 99, 1, 2, 3, 0);
    for (String engine : new String[] {"java", "ort"}) {
      assertEquals(
          4, terminal.run("run", onnx, "--device", "cpu", "--engine", engine, "--input", outside));
      assertTrue(terminal.notices().contains("idx=99 must be within"), terminal.notices());
      assertFalse(terminal.notices().contains("defect"), terminal.notices());
    }
  }
}
