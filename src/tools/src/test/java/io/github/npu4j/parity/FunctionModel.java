package io.github.npu4j.parity;

import io.github.npu4j.engine.Binding;
import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.engine.Interruption;
import io.github.npu4j.engine.LoadReport;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.tensor.OffHeap;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** A model of one graph that is a Java function from input to output memory. */
final class FunctionModel implements Model {

  private final GraphSpec graph;
  private final BiConsumer<Map<String, MemorySegment>, Map<String, MemorySegment>> function;

  FunctionModel(
      GraphSpec graph,
      BiConsumer<Map<String, MemorySegment>, Map<String, MemorySegment>> function) {
    this.graph = graph;
    this.function = function;
  }

  @Override
  public Placement placement() {
    return new Placement(Device.CPU, EngineKind.JAVA, "a function", List.of());
  }

  @Override
  public LoadReport loadReport() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Interruption interruption() {
    throw new UnsupportedOperationException();
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
    return new FunctionBinding(inputShapes);
  }

  @Override
  public void warmUp() {}

  @Override
  public void close() {}

  private final class FunctionBinding implements Binding {
    private final Arena arena = Arena.ofShared();
    private final Map<String, TensorSpec> specs = new HashMap<>();
    private final Map<String, MemorySegment> inputs = new HashMap<>();
    private final Map<String, MemorySegment> outputs = new HashMap<>();

    FunctionBinding(Map<String, Shape> shapes) {
      for (TensorSpec input : graph.inputs()) {
        Shape shape = shapes.getOrDefault(input.name(), input.shape());
        specs.put(input.name(), input.withShape(shape));
        inputs.put(input.name(), OffHeap.allocate(arena, input.withShape(shape)));
      }
      for (TensorSpec output : graph.outputs()) {
        specs.put(output.name(), output);
        outputs.put(output.name(), OffHeap.allocate(arena, output));
      }
    }

    @Override
    public String graph() {
      return graph.name();
    }

    @Override
    public MemorySegment input(String name) {
      return inputs.get(name);
    }

    @Override
    public MemorySegment output(String name) {
      return outputs.get(name);
    }

    @Override
    public TensorSpec inputSpec(String name) {
      return specs.get(name);
    }

    @Override
    public TensorSpec outputSpec(String name) {
      return specs.get(name);
    }

    @Override
    public void bindInput(String name, MemorySegment own) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void bindOutput(String name, MemorySegment own) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(String input, float... values) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void read(String output, float[] destination) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void run() {
      function.accept(inputs, outputs);
    }

    @Override
    public void run(Duration timeout) {
      run();
    }

    @Override
    public void cancel() {}

    @Override
    public void close() {
      arena.close();
    }
  }
}
