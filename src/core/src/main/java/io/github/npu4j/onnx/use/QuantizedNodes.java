package io.github.npu4j.onnx.use;

import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.OnnxNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The nodes of a model that compute with quantized numbers. */
public final class QuantizedNodes {

  /** ONNX's operator, and ONNX Runtime's fused ones that do the same inside. */
  private static final Set<String> DYNAMIC =
      Set.of("DynamicQuantizeLinear", "DynamicQuantizeMatMul", "DynamicQuantizeLSTM");

  private QuantizedNodes() {}

  /**
   * Returns the nodes that quantize activations by the range of the values that come, which differs
   * from one execution to the next: what a tensor's element becomes then depends on its neighbours.
   */
  public static List<OnnxNode> dynamic(OnnxModel model) {
    return in(model).stream().filter(node -> DYNAMIC.contains(node.opType())).toList();
  }

  /** Returns the nodes that quantize, or take or give quantized numbers; bodies included. */
  public static List<OnnxNode> in(OnnxModel model) {
    List<OnnxNode> found = new ArrayList<>();
    model
        .graph()
        .forEachGraph(
            graph -> graph.nodes().stream().filter(QuantizedNodes::is).forEach(found::add));
    return List.copyOf(found);
  }

  private static boolean is(OnnxNode node) {
    String type = node.opType();
    return type.endsWith("QuantizeLinear")
        || type.startsWith("QLinear")
        || type.endsWith("Integer")
        || type.endsWith("IntegerToFloat")
        || type.startsWith("DynamicQuantize")
        || type.endsWith("NBits");
  }
}
