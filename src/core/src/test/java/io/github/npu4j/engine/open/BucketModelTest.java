package io.github.npu4j.engine.open;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.npu4j.engine.Binding;
import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.engine.Interruption;
import io.github.npu4j.engine.LoadReport;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BucketModelTest {

  private final List<String> log = new ArrayList<>();

  @Test
  void opensTheFirstAtOnceAndOthersWhenBound() {
    BucketModel model = new BucketModel(List.of(bucket("16"), bucket("32"), bucket("64")));
    assertEquals(List.of("open 16"), log);
    assertEquals(List.of("16", "32", "64"), model.graphs());
    assertEquals(Shape.of(1, 64), model.graph("64").input("ids").shape());
    assertEquals(List.of("open 16"), log);
    assertThrows(UnsupportedOperationException.class, () -> model.bind("32"));
    assertThrows(UnsupportedOperationException.class, () -> model.bind("32"));
    assertEquals(List.of("open 16", "open 32", "bind 32", "bind 32"), log);
    assertEquals(2000, model.loadReport().bytes());
    assertEquals(14, model.loadReport().nanos("create"));
    assertThrows(BadInputException.class, () -> model.bind("128"));
    model.close();
    model.close();
    assertThrows(IllegalStateException.class, () -> model.bind("16"));
    assertEquals(2, log.stream().filter(line -> line.startsWith("close")).distinct().count());
  }

  @Test
  void refusesTwoGraphsOfOneName() {
    assertThrows(
        IllegalArgumentException.class, () -> new BucketModel(List.of(bucket("16"), bucket("16"))));
  }

  private BucketModel.Bucket bucket(String name) {
    GraphSpec graph =
        new GraphSpec(
            name,
            List.of(new TensorSpec("ids", ElementType.INT64, Shape.of(1, Long.parseLong(name)))),
            List.of());
    return new BucketModel.Bucket(
        List.of(graph),
        () -> {
          log.add("open " + name);
          return new LoggingModel(graph);
        });
  }

  private final class LoggingModel implements Model {
    private final GraphSpec graph;

    LoggingModel(GraphSpec graph) {
      this.graph = graph;
    }

    @Override
    public Placement placement() {
      return new Placement(Device.NPU, EngineKind.DIRECT, "test", List.of());
    }

    @Override
    public LoadReport loadReport() {
      return new LoadReport(1000, List.of(new LoadReport.Phase("create", 7)));
    }

    @Override
    public Interruption interruption() {
      return Interruption.WHILE_WAITING;
    }

    @Override
    public List<String> graphs() {
      return List.of(graph.name());
    }

    @Override
    public GraphSpec graph(String name) {
      return graph;
    }

    @Override
    public Binding bind(String name, Map<String, Shape> inputShapes) {
      log.add("bind " + name);
      throw new UnsupportedOperationException();
    }

    @Override
    public void warmUp() {}

    @Override
    public void close() {
      log.add("close " + graph.name());
    }
  }
}
