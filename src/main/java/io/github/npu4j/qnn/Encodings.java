package io.github.npu4j.qnn;

import static io.github.npu4j.internal.qnnabi.qnn_h.*;

import io.github.npu4j.internal.qnnabi.Qnn_AxisScaleOffset_t;
import io.github.npu4j.internal.qnnabi.Qnn_BlockwiseExpansion_t;
import io.github.npu4j.internal.qnnabi.Qnn_BwAxisScaleOffset_t;
import io.github.npu4j.internal.qnnabi.Qnn_BwScaleOffset_t;
import io.github.npu4j.internal.qnnabi.Qnn_QuantizeParams_t;
import io.github.npu4j.internal.qnnabi.Qnn_ScaleOffset_t;
import io.github.npu4j.tensor.Quantization;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * QNN's quantization encodings in npu4j's words.
 *
 * <p>QNN adds an offset before it scales, npu4j subtracts a zero point: the sign turns. Encodings
 * with one scale, or one an index along an axis, are converted; the others, which only weights
 * have, are described by name and shape.
 */
@SuppressWarnings("restricted") // arrays are sized by the count next to their pointer
final class Encodings {

  /** More scales than this along one axis is damage, not a model. */
  private static final int MOST_SCALES = 1 << 22;

  private static final String[] NAMES = {
    "SCALE_OFFSET",
    "AXIS_SCALE_OFFSET",
    "BW_SCALE_OFFSET",
    "BW_AXIS_SCALE_OFFSET",
    "BLOCK",
    "BLOCKWISE_EXPANSION",
    "VECTOR",
    "FLOAT_BLOCK",
    "BW_AXIS_SCALE_OFFSET_MAPPED",
    "BW_BLOCK_MAPPED",
    "BW_BLOCKWISE_EXPANSION_MAPPED",
    "BW_FLOAT_BLOCK",
    "MICROSCALING",
    "ARRAY_OF"
  };

  private Encodings() {}

  /** Reads an encoding; {@code null} if none is defined. */
  static @Nullable Quantization from(MemorySegment params) {
    if (Qnn_QuantizeParams_t.encodingDefinition(params) != QNN_DEFINITION_DEFINED()) {
      return null;
    }
    int encoding = Qnn_QuantizeParams_t.quantizationEncoding(params);
    if (encoding == QNN_QUANTIZATION_ENCODING_SCALE_OFFSET()) {
      MemorySegment one = Qnn_QuantizeParams_t.scaleOffsetEncoding(params);
      return perTensor(Qnn_ScaleOffset_t.scale(one), Qnn_ScaleOffset_t.offset(one), name(encoding));
    }
    if (encoding == QNN_QUANTIZATION_ENCODING_BW_SCALE_OFFSET()) {
      MemorySegment one = Qnn_QuantizeParams_t.bwScaleOffsetEncoding(params);
      return perTensor(
          Qnn_BwScaleOffset_t.scale(one), Qnn_BwScaleOffset_t.offset(one), name(encoding));
    }
    if (encoding == QNN_QUANTIZATION_ENCODING_AXIS_SCALE_OFFSET()) {
      return axis(Qnn_QuantizeParams_t.axisScaleOffsetEncoding(params));
    }
    if (encoding == QNN_QUANTIZATION_ENCODING_BW_AXIS_SCALE_OFFSET()) {
      return bwAxis(Qnn_QuantizeParams_t.bwAxisScaleOffsetEncoding(params));
    }
    if (encoding == QNN_QUANTIZATION_ENCODING_BLOCKWISE_EXPANSION()) {
      return blockwise(Qnn_QuantizeParams_t.blockwiseExpansion(params));
    }
    return new Quantization.Described(name(encoding));
  }

  /**
   * Writes the encoding of a tensor to be bound: the scale for one per tensor, "none defined" for
   * any other, as a backend does not need those of an input or output to execute.
   */
  static void into(MemorySegment params, @Nullable Quantization quantization) {
    if (quantization instanceof Quantization.PerTensor one) {
      Qnn_QuantizeParams_t.encodingDefinition(params, QNN_DEFINITION_DEFINED());
      Qnn_QuantizeParams_t.quantizationEncoding(params, QNN_QUANTIZATION_ENCODING_SCALE_OFFSET());
      MemorySegment scaleOffset = Qnn_QuantizeParams_t.scaleOffsetEncoding(params);
      Qnn_ScaleOffset_t.scale(scaleOffset, one.scale());
      Qnn_ScaleOffset_t.offset(scaleOffset, -one.zeroPoint());
    } else {
      Qnn_QuantizeParams_t.encodingDefinition(params, QNN_QUANTIZATION_ENCODING_UNDEFINED());
      Qnn_QuantizeParams_t.quantizationEncoding(params, QNN_QUANTIZATION_ENCODING_UNDEFINED());
    }
  }

  private static Quantization perTensor(float scale, int offset, String name) {
    return usable(scale)
        ? new Quantization.PerTensor(scale, -offset)
        : new Quantization.Described(name + " scale=" + scale + " offset=" + offset);
  }

  private static boolean usable(float scale) {
    return scale > 0 && Float.isFinite(scale);
  }

  private static Quantization axis(MemorySegment encoding) {
    int count = Qnn_AxisScaleOffset_t.numScaleOffsets(encoding);
    int axis = Qnn_AxisScaleOffset_t.axis(encoding);
    MemorySegment pointer = Qnn_AxisScaleOffset_t.scaleOffset(encoding);
    if (count <= 0 || count > MOST_SCALES || pointer.address() == 0) {
      return new Quantization.Described("AXIS_SCALE_OFFSET axis=" + axis + " count=" + count);
    }
    MemorySegment pairs = pointer.reinterpret(count * Qnn_ScaleOffset_t.sizeof());
    float[] scales = new float[count];
    int[] zeroPoints = new int[count];
    for (int i = 0; i < count; i++) {
      MemorySegment pair = Qnn_ScaleOffset_t.asSlice(pairs, i);
      scales[i] = Qnn_ScaleOffset_t.scale(pair);
      zeroPoints[i] = -Qnn_ScaleOffset_t.offset(pair);
    }
    return new Quantization.PerAxis(axis, scales, zeroPoints);
  }

  private static Quantization bwAxis(MemorySegment encoding) {
    int count = Qnn_BwAxisScaleOffset_t.numElements(encoding);
    int axis = Qnn_BwAxisScaleOffset_t.axis(encoding);
    MemorySegment scales = Qnn_BwAxisScaleOffset_t.scales(encoding);
    MemorySegment offsets = Qnn_BwAxisScaleOffset_t.offsets(encoding);
    if (count <= 0 || count > MOST_SCALES || scales.address() == 0) {
      return new Quantization.Described("BW_AXIS_SCALE_OFFSET axis=" + axis + " count=" + count);
    }
    int[] zeroPoints = new int[count];
    if (offsets.address() != 0) { // absent means symmetric: all zero
      MemorySegment values = offsets.reinterpret(count * ValueLayout.JAVA_INT.byteSize());
      for (int i = 0; i < count; i++) {
        zeroPoints[i] = -values.getAtIndex(ValueLayout.JAVA_INT, i);
      }
    }
    return new Quantization.PerAxis(
        axis,
        scales
            .reinterpret(count * ValueLayout.JAVA_FLOAT.byteSize())
            .toArray(ValueLayout.JAVA_FLOAT),
        zeroPoints);
  }

  private static Quantization blockwise(MemorySegment pointer) {
    if (pointer.address() == 0) {
      return new Quantization.Described("BLOCKWISE_EXPANSION");
    }
    MemorySegment encoding = pointer.reinterpret(Qnn_BlockwiseExpansion_t.sizeof());
    return new Quantization.Described(
        "BLOCKWISE_EXPANSION axis="
            + Qnn_BlockwiseExpansion_t.axis(encoding)
            + " blocks="
            + Qnn_BlockwiseExpansion_t.numBlocksPerAxis(encoding)
            + " scaleBits="
            + Qnn_BlockwiseExpansion_t.blockScaleBitwidth(encoding));
  }

  private static String name(int encoding) {
    return encoding >= 0 && encoding < NAMES.length ? NAMES[encoding] : "encoding " + encoding;
  }
}
