package io.github.npu4j.compile;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.onnx.OnnxConstant;
import io.github.npu4j.onnx.OnnxGraph;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.OnnxNode;
import io.github.npu4j.tensor.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Set;

/**
 * Looks for weights that are not finite, which a training that failed or a conversion to half
 * precision leaves behind: every answer of such a model is NaN. Constants that only mask or bound
 * may be infinite.
 */
final class FiniteWeights {

  /** What computes with weights, so that one which is infinite spoils its answers. */
  private static final Set<String> WEIGHING =
      Set.of(
          "MatMul", "Gemm", "Conv", "ConvTranspose", "Gather", "LayerNormalization", "LSTM", "GRU");

  /** All bits of the exponent, which NaN and the infinities have (IEEE 754). */
  private static final int EXPONENT_32 = 0x7f800000;

  private static final int EXPONENT_16 = 0x7c00;

  private FiniteWeights() {}

  /**
   * Checks the weights of a model, which are read once for that.
   *
   * @throws BadModelException if one is NaN, or is infinite and a product's factor
   */
  static void require(OnnxModel model) {
    model.graph().forEachGraph(graph -> require(model, graph));
  }

  private static void require(OnnxModel model, OnnxGraph graph) {
    Set<String> weighing = new HashSet<>();
    for (OnnxNode node : graph.nodes()) {
      if (WEIGHING.contains(node.opType())) {
        weighing.addAll(node.inputs());
      }
    }
    for (OnnxConstant constant : graph.initializers()) {
      ElementType type = constant.type().orElse(ElementType.BOOL);
      if (type == ElementType.FLOAT32 || type == ElementType.FLOAT16) {
        require(model, constant, type, weighing.contains(constant.name()));
      }
    }
  }

  private static void require(
      OnnxModel model, OnnxConstant constant, ElementType type, boolean weighs) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = constant.bytes().map(arena);
      long count = constant.shape().elements();
      boolean wide = type == ElementType.FLOAT32;
      if (wide ? isFinite32(data, count) : isFinite16(data, count)) {
        return;
      }
      for (long i = 0; i < count; i++) {
        float value =
            wide
                ? data.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i)
                : Float.float16ToFloat(data.getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, i));
        if (Float.isNaN(value) || (weighs && Float.isInfinite(value))) {
          throw new BadModelException(
              model.fileName() + " can't be used",
              "element " + i + " of its weight " + constant.name() + " is " + value,
              "Train or convert it again; a half-precision conversion may have passed its range.");
        }
      }
    }
  }

  private static boolean isFinite32(MemorySegment data, long count) {
    int largest = 0;
    for (long i = 0; i < count; i++) {
      largest = Math.max(largest, data.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, i) & EXPONENT_32);
    }
    return largest != EXPONENT_32;
  }

  private static boolean isFinite16(MemorySegment data, long count) {
    int largest = 0;
    for (long i = 0; i < count; i++) {
      largest =
          Math.max(largest, data.getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, i) & EXPONENT_16);
    }
    return largest != EXPONENT_16;
  }
}
