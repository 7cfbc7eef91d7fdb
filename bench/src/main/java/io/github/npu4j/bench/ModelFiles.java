package io.github.npu4j.bench;

import io.github.npu4j.onnx.OnnxConstant;
import io.github.npu4j.onnx.OnnxGraph;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.OnnxNode;
import io.github.npu4j.onnx.ValueInfo;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** Writes the ONNX models that are measured, into the folder given: every one is made here. */
final class ModelFiles {
  private ModelFiles() {}

  /** Writes them all. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    OnnxGraph add = graph(List.of(tensor("a", 1, 384), tensor("b", 1, 384)), tensor("sum", 1, 384));
    add.nodes().add(node("Add", "sum", "a", "b"));
    save(folder.resolve("add-384.onnx"), add);
    for (int length : new int[] {16, 256, 4096}) {
      OnnxGraph identity = graph(List.of(tensor("x", 1, length)), tensor("same", 1, length));
      identity.nodes().add(node("Identity", "same", "x"));
      save(folder.resolve("identity-" + length + ".onnx"), identity);
    }
    save(folder.resolve("mlp.onnx"), mlp(32, 64, 64, 16));
  }

  /** Layers of the given widths, ReLU between them. */
  static OnnxGraph mlp(int... widths) {
    int layers = widths.length - 1;
    OnnxGraph graph = graph(List.of(tensor("x", 1, widths[0])), tensor("y", 1, widths[layers]));
    String last = "x";
    for (int layer = 0; layer < layers; layer++) {
      String product = layer == layers - 1 ? "y" : "product" + layer;
      graph.put(weights("w" + layer, widths[layer], widths[layer + 1]));
      graph.nodes().add(node("MatMul", product, last, "w" + layer));
      last = product;
      if (layer < layers - 1) {
        last = "relu" + layer;
        graph.nodes().add(node("Relu", last, product));
      }
    }
    return graph;
  }

  private static OnnxGraph graph(List<ValueInfo> inputs, ValueInfo output) {
    OnnxGraph graph = new OnnxGraph("");
    graph.inputs().addAll(inputs);
    graph.outputs().add(output);
    return graph;
  }

  private static OnnxConstant weights(String name, int rows, int columns) {
    float[] values = new float[rows * columns];
    SplittableRandom random = new SplittableRandom(name.hashCode());
    double scale = Math.sqrt(2.0 / rows); // keeps the values' size from layer to layer: He, 2015
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * scale);
    }
    return OnnxConstant.of(name, Shape.of(rows, columns), values);
  }

  private static OnnxNode node(String op, String output, String... inputs) {
    return new OnnxNode(output + "_node", op, List.of(inputs), List.of(output));
  }

  private static ValueInfo tensor(String name, long... dimensions) {
    return ValueInfo.of(new TensorSpec(name, ElementType.FLOAT32, Shape.of(dimensions)));
  }

  static void save(Path file, OnnxGraph graph) throws IOException {
    String name = file.getFileName().toString();
    graph.name(name.substring(0, name.indexOf('.')));
    new OnnxModel(graph, 9).producer("npu4j-bench").opset("", 17).write(file);
  }
}
