package io.github.npu4j.qnn.abi;

import static io.github.npu4j.internal.ffm.Fields.element;
import static io.github.npu4j.internal.ffm.Fields.f32;
import static io.github.npu4j.internal.ffm.Fields.i32;
import static io.github.npu4j.internal.ffm.Fields.pointer;
import static io.github.npu4j.internal.ffm.Fields.put;
import static io.github.npu4j.internal.ffm.Fields.within;
import static io.github.npu4j.internal.qnnabi.qnn_h.*;

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
public final class Encodings {

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
    if (i32(params, Qnn_QuantizeParams_t_encodingDefinition()) != QNN_DEFINITION_DEFINED()) {
      return null;
    }
    int encoding = i32(params, Qnn_QuantizeParams_t_quantizationEncoding());
    if (encoding == QNN_QUANTIZATION_ENCODING_SCALE_OFFSET()) {
      MemorySegment one = within(params, Qnn_QuantizeParams_t_scaleOffsetEncoding());
      return perTensor(
          f32(one, Qnn_ScaleOffset_t_scale()),
          i32(one, Qnn_ScaleOffset_t_offset()),
          name(encoding));
    }
    if (encoding == QNN_QUANTIZATION_ENCODING_BW_SCALE_OFFSET()) {
      MemorySegment one = within(params, Qnn_QuantizeParams_t_bwScaleOffsetEncoding());
      return perTensor(
          f32(one, Qnn_BwScaleOffset_t_scale()),
          i32(one, Qnn_BwScaleOffset_t_offset()),
          name(encoding));
    }
    if (encoding == QNN_QUANTIZATION_ENCODING_AXIS_SCALE_OFFSET()) {
      return axis(within(params, Qnn_QuantizeParams_t_axisScaleOffsetEncoding()));
    }
    if (encoding == QNN_QUANTIZATION_ENCODING_BW_AXIS_SCALE_OFFSET()) {
      return bwAxis(within(params, Qnn_QuantizeParams_t_bwAxisScaleOffsetEncoding()));
    }
    if (encoding == QNN_QUANTIZATION_ENCODING_BLOCKWISE_EXPANSION()) {
      return blockwise(pointer(params, Qnn_QuantizeParams_t_blockwiseExpansion()));
    }
    return new Quantization.Described(name(encoding));
  }

  /**
   * Writes the encoding of a tensor to be bound: the scale for one per tensor, "none defined" for
   * any other, as a backend does not need those of an input or output to execute.
   */
  public static void into(MemorySegment params, @Nullable Quantization quantization) {
    if (quantization instanceof Quantization.PerTensor one) {
      put(params, Qnn_QuantizeParams_t_encodingDefinition(), QNN_DEFINITION_DEFINED());
      put(
          params,
          Qnn_QuantizeParams_t_quantizationEncoding(),
          QNN_QUANTIZATION_ENCODING_SCALE_OFFSET());
      MemorySegment scaleOffset = within(params, Qnn_QuantizeParams_t_scaleOffsetEncoding());
      put(scaleOffset, Qnn_ScaleOffset_t_scale(), one.scale());
      put(scaleOffset, Qnn_ScaleOffset_t_offset(), -one.zeroPoint());
    } else {
      put(params, Qnn_QuantizeParams_t_encodingDefinition(), QNN_QUANTIZATION_ENCODING_UNDEFINED());
      put(
          params,
          Qnn_QuantizeParams_t_quantizationEncoding(),
          QNN_QUANTIZATION_ENCODING_UNDEFINED());
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
    int count = i32(encoding, Qnn_AxisScaleOffset_t_numScaleOffsets());
    int axis = i32(encoding, Qnn_AxisScaleOffset_t_axis());
    MemorySegment pointer = pointer(encoding, Qnn_AxisScaleOffset_t_scaleOffset());
    if (count <= 0 || count > MOST_SCALES || pointer.address() == 0) {
      return new Quantization.Described("AXIS_SCALE_OFFSET axis=" + axis + " count=" + count);
    }
    MemorySegment pairs = pointer.reinterpret((long) count * Qnn_ScaleOffset_t_bytes());
    float[] scales = new float[count];
    int[] zeroPoints = new int[count];
    for (int i = 0; i < count; i++) {
      MemorySegment pair = element(pairs, i, Qnn_ScaleOffset_t_bytes());
      scales[i] = f32(pair, Qnn_ScaleOffset_t_scale());
      zeroPoints[i] = -i32(pair, Qnn_ScaleOffset_t_offset());
    }
    return new Quantization.PerAxis(axis, scales, zeroPoints);
  }

  private static Quantization bwAxis(MemorySegment encoding) {
    int count = i32(encoding, Qnn_BwAxisScaleOffset_t_numElements());
    int axis = i32(encoding, Qnn_BwAxisScaleOffset_t_axis());
    MemorySegment scales = pointer(encoding, Qnn_BwAxisScaleOffset_t_scales());
    MemorySegment offsets = pointer(encoding, Qnn_BwAxisScaleOffset_t_offsets());
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
    MemorySegment encoding = pointer.reinterpret(Qnn_BlockwiseExpansion_t_bytes());
    return new Quantization.Described(
        "BLOCKWISE_EXPANSION axis="
            + i32(encoding, Qnn_BlockwiseExpansion_t_axis())
            + " blocks="
            + i32(encoding, Qnn_BlockwiseExpansion_t_numBlocksPerAxis())
            + " scaleBits="
            + i32(encoding, Qnn_BlockwiseExpansion_t_blockScaleBitwidth()));
  }

  private static String name(int encoding) {
    return encoding >= 0 && encoding < NAMES.length ? NAMES[encoding] : "encoding " + encoding;
  }
}
