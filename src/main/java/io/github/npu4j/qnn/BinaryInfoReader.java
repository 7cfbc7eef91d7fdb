package io.github.npu4j.qnn;

import static io.github.npu4j.internal.qnnabi.qnn_h.*;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.IncompatibleModelException;
import io.github.npu4j.internal.ffm.CStrings;
import io.github.npu4j.internal.qnnabi.QnnHtpSystemContext_GraphBlobInfoV1_t;
import io.github.npu4j.internal.qnnabi.QnnHtpSystemContext_GraphBlobInfoV2_t;
import io.github.npu4j.internal.qnnabi.QnnHtpSystemContext_GraphBlobInfo_t;
import io.github.npu4j.internal.qnnabi.QnnHtpSystemContext_HwBlobInfoV1_t;
import io.github.npu4j.internal.qnnabi.QnnHtpSystemContext_HwBlobInfo_t;
import io.github.npu4j.internal.qnnabi.QnnSystemContext_BinaryInfoV1_t;
import io.github.npu4j.internal.qnnabi.QnnSystemContext_BinaryInfoV3_t;
import io.github.npu4j.internal.qnnabi.QnnSystemContext_BinaryInfo_t;
import io.github.npu4j.internal.qnnabi.QnnSystemContext_GraphInfoV1_t;
import io.github.npu4j.internal.qnnabi.QnnSystemContext_GraphInfoV3_t;
import io.github.npu4j.internal.qnnabi.QnnSystemContext_GraphInfo_t;
import io.github.npu4j.internal.qnnabi.Qnn_TensorV1_t;
import io.github.npu4j.internal.qnnabi.Qnn_TensorV2_t;
import io.github.npu4j.internal.qnnabi.Qnn_Tensor_t;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Quantization;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Turns the system library's description of a binary into values of ours.
 *
 * <p>Everything is copied: the native description ends with the system context it came from. Counts
 * are bounded before they size anything.
 */
@SuppressWarnings("restricted") // pointers are sized by the count next to them
final class BinaryInfoReader {

  /** Bounds far above any model's, far below what would hurt: a larger count is damage. */
  private static final int MOST_GRAPHS = 1 << 12;

  private static final int MOST_TENSORS = 1 << 14;
  private static final int MOST_DIMENSIONS = 32;

  private BinaryInfoReader() {}

  static ContextBinary read(MemorySegment pointer) {
    MemorySegment info = pointer.reinterpret(QnnSystemContext_BinaryInfo_t.sizeof());
    int version = QnnSystemContext_BinaryInfo_t.version(info);
    return switch (version) {
      case 1, 2 -> versions1And2(version, QnnSystemContext_BinaryInfo_t.contextBinaryInfoV1(info));
      case 3 ->
          version3(
              QnnSystemContext_BinaryInfo_t.contextBinaryInfoV1(info),
              QnnSystemContext_BinaryInfo_t.contextBinaryInfoV3(info));
      default ->
          throw new IncompatibleModelException(
              "can't read this context binary",
              "its description has version " + version + " and npu4j knows 1 to 3",
              "Compile the model with the runtime npu4j installs.");
    };
  }

  private static ContextBinary versions1And2(int version, MemorySegment info) {
    return new ContextBinary(
        version,
        QnnSystemContext_BinaryInfoV1_t.backendId(info),
        CStrings.read(QnnSystemContext_BinaryInfoV1_t.buildId(info)),
        QnnVersion.from(QnnSystemContext_BinaryInfoV1_t.coreApiVersion(info)),
        QnnVersion.from(QnnSystemContext_BinaryInfoV1_t.backendApiVersion(info)),
        QnnVersion.from(QnnSystemContext_BinaryInfoV1_t.contextBlobVersion(info)),
        CStrings.read(QnnSystemContext_BinaryInfoV1_t.socVersion(info)),
        OptionalInt.empty(),
        QnnSystemContext_BinaryInfoV1_t.contextBlobSize(info),
        hardwareSpillFill(
            QnnSystemContext_BinaryInfoV1_t.hwInfoBlob(info),
            QnnSystemContext_BinaryInfoV1_t.hwInfoBlobSize(info)),
        graphs(
            QnnSystemContext_BinaryInfoV1_t.graphs(info),
            QnnSystemContext_BinaryInfoV1_t.numGraphs(info)));
  }

  /**
   * Reads version 3, which begins as version 1 does.
   *
   * @param head the description as version 1
   * @param info the same as version 3
   */
  private static ContextBinary version3(MemorySegment head, MemorySegment info) {
    return new ContextBinary(
        3,
        QnnSystemContext_BinaryInfoV1_t.backendId(head),
        CStrings.read(QnnSystemContext_BinaryInfoV1_t.buildId(head)),
        QnnVersion.from(QnnSystemContext_BinaryInfoV1_t.coreApiVersion(head)),
        QnnVersion.from(QnnSystemContext_BinaryInfoV1_t.backendApiVersion(head)),
        QnnVersion.from(QnnSystemContext_BinaryInfoV3_t.contextBlobVersion(info)),
        CStrings.read(QnnSystemContext_BinaryInfoV1_t.socVersion(head)),
        OptionalInt.of(QnnSystemContext_BinaryInfoV3_t.socModel(info)),
        QnnSystemContext_BinaryInfoV3_t.contextBlobSize(info),
        0,
        graphs(
            QnnSystemContext_BinaryInfoV3_t.graphs(info),
            QnnSystemContext_BinaryInfoV3_t.numGraphs(info)));
  }

  /** The blob of versions 1 and 2: the file's spill and fill buffer, 0 if it says nothing. */
  private static long hardwareSpillFill(MemorySegment pointer, int size) {
    if (pointer.address() == 0
        || Integer.toUnsignedLong(size) < QnnHtpSystemContext_HwBlobInfo_t.sizeof()) {
      return 0;
    }
    MemorySegment blob = pointer.reinterpret(QnnHtpSystemContext_HwBlobInfo_t.sizeof());
    return QnnHtpSystemContext_HwBlobInfo_t.version(blob) == 1
        ? QnnHtpSystemContext_HwBlobInfoV1_t.spillFillBufferSize(
            QnnHtpSystemContext_HwBlobInfo_t.contextBinaryHwInfoBlobV1_t(blob))
        : 0;
  }

  private static List<GraphInfo> graphs(MemorySegment pointer, int count) {
    MemorySegment array =
        array(pointer, count, MOST_GRAPHS, QnnSystemContext_GraphInfo_t.sizeof(), "graphs");
    List<GraphInfo> graphs = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      graphs.add(graph(QnnSystemContext_GraphInfo_t.asSlice(array, i)));
    }
    return graphs;
  }

  private static GraphInfo graph(MemorySegment info) {
    int version = QnnSystemContext_GraphInfo_t.version(info);
    if (version < 1 || version > 3) {
      throw new IncompatibleModelException(
          "can't read this context binary",
          "a graph's description has version " + version + " and npu4j knows 1 to 3",
          "Compile the model with the runtime npu4j installs.");
    }
    MemorySegment head = QnnSystemContext_GraphInfo_t.graphInfoV1(info);
    GraphInfo.HtpInfo htp =
        version == 3 ? htp(QnnSystemContext_GraphInfo_t.graphInfoV3(info)) : null;
    return new GraphInfo(
        CStrings.read(QnnSystemContext_GraphInfoV1_t.graphName(head)),
        tensors(
            QnnSystemContext_GraphInfoV1_t.graphInputs(head),
            QnnSystemContext_GraphInfoV1_t.numGraphInputs(head),
            GraphTensor.Role.INPUT),
        tensors(
            QnnSystemContext_GraphInfoV1_t.graphOutputs(head),
            QnnSystemContext_GraphInfoV1_t.numGraphOutputs(head),
            GraphTensor.Role.OUTPUT),
        htp);
  }

  private static GraphInfo.@Nullable HtpInfo htp(MemorySegment info) {
    long size = Integer.toUnsignedLong(QnnSystemContext_GraphInfoV3_t.graphBlobInfoSize(info));
    MemorySegment pointer = QnnSystemContext_GraphInfoV3_t.graphBlobInfo(info);
    long first = QnnHtpSystemContext_GraphBlobInfo_t.sizeof();
    if (pointer.address() == 0 || size < first) {
      return null;
    }
    MemorySegment blob = pointer.reinterpret(size);
    if (QnnHtpSystemContext_GraphBlobInfo_t.version(blob) != 1) {
      return null;
    }
    MemorySegment v1 = QnnHtpSystemContext_GraphBlobInfo_t.contextBinaryGraphBlobInfoV1(blob);
    return new GraphInfo.HtpInfo(
        QnnHtpSystemContext_GraphBlobInfoV1_t.spillFillBufferSize(v1),
        Integer.toUnsignedLong(QnnHtpSystemContext_GraphBlobInfoV1_t.vtcmSize(v1)),
        QnnHtpSystemContext_GraphBlobInfoV1_t.optimizationLevel(v1),
        QnnHtpSystemContext_GraphBlobInfoV1_t.numHvxThreads(v1),
        sizes(blob.asSlice(first)));
  }

  /** The second version's part follows the first's in the same blob. */
  private static GraphInfo.@Nullable Sizes sizes(MemorySegment rest) {
    if (rest.byteSize() < QnnHtpSystemContext_GraphBlobInfoV2_t.sizeof()
        || QnnHtpSystemContext_GraphBlobInfoV2_t.version(rest) != 2) {
      return null;
    }
    return new GraphInfo.Sizes(
        QnnHtpSystemContext_GraphBlobInfoV2_t.ioTensorSize(rest),
        QnnHtpSystemContext_GraphBlobInfoV2_t.opDataSize(rest),
        QnnHtpSystemContext_GraphBlobInfoV2_t.constSize(rest),
        QnnHtpSystemContext_GraphBlobInfoV2_t.ddrTensorSize(rest),
        QnnHtpSystemContext_GraphBlobInfoV2_t.sharedWeightsSize(rest));
  }

  private static List<GraphTensor> tensors(
      MemorySegment pointer, int count, GraphTensor.Role usual) {
    MemorySegment array = array(pointer, count, MOST_TENSORS, Qnn_Tensor_t.sizeof(), "tensors");
    List<GraphTensor> tensors = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      tensors.add(tensor(Qnn_Tensor_t.asSlice(array, i), usual));
    }
    return tensors;
  }

  private static GraphTensor tensor(MemorySegment tensor, GraphTensor.Role usual) {
    int version = Qnn_Tensor_t.version(tensor);
    if (version != QNN_TENSOR_VERSION_1() && version != QNN_TENSOR_VERSION_2()) {
      throw new IncompatibleModelException(
          "can't read this context binary",
          "a tensor's description has version " + version + " and npu4j knows 1 and 2",
          "Compile the model with the runtime npu4j installs.");
    }
    MemorySegment v1 = Qnn_Tensor_t.v1(tensor);
    MemorySegment dynamic =
        version == QNN_TENSOR_VERSION_2()
            ? Qnn_TensorV2_t.isDynamicDimensions(Qnn_Tensor_t.v2(tensor))
            : MemorySegment.NULL;
    String name = CStrings.read(Qnn_TensorV1_t.name(v1));
    int nativeType = Qnn_TensorV1_t.dataType(v1);
    return new GraphTensor(
        Qnn_TensorV1_t.id(v1),
        spec(name, nativeType, shape(name, v1, dynamic), v1),
        role(Qnn_TensorV1_t.type(v1), usual),
        nativeType,
        Qnn_TensorV1_t.dataFormat(v1),
        version);
  }

  private static TensorSpec spec(String name, int nativeType, Shape shape, MemorySegment v1) {
    ElementType type = DataTypes.elementType(nativeType);
    if (type == null) {
      throw new IncompatibleModelException(
          "can't read this context binary",
          "tensor "
              + name
              + " has element type 0x"
              + Integer.toHexString(nativeType)
              + ", which npu4j can't hold",
          "Compile the model with inputs and outputs of another type.");
    }
    Quantization quantization =
        DataTypes.isFixedPoint(nativeType)
            ? Encodings.from(Qnn_TensorV1_t.quantizeParams(v1))
            : null;
    return new TensorSpec(name, type, shape, quantization);
  }

  private static Shape shape(String name, MemorySegment v1, MemorySegment dynamic) {
    int rank = Qnn_TensorV1_t.rank(v1);
    MemorySegment sizes =
        array(Qnn_TensorV1_t.dimensions(v1), rank, MOST_DIMENSIONS, Integer.BYTES, "dimensions");
    MemorySegment flags = dynamic.address() == 0 ? dynamic : dynamic.reinterpret(rank);
    long[] dimensions = new long[rank];
    for (int axis = 0; axis < rank; axis++) {
      boolean open = flags.byteSize() > 0 && flags.get(ValueLayout.JAVA_BYTE, axis) != 0;
      dimensions[axis] =
          open
              ? Shape.DYNAMIC
              : Integer.toUnsignedLong(sizes.getAtIndex(ValueLayout.JAVA_INT, axis));
    }
    Shape shape = Shape.of(dimensions);
    if (shape.isStatic()) {
      requireCountable(name, shape);
    }
    return shape;
  }

  private static void requireCountable(String name, Shape shape) {
    try {
      shape.elements();
    } catch (ArithmeticException overflow) {
      throw damaged("tensor " + name + " would have " + shape + " elements");
    }
  }

  private static GraphTensor.Role role(int type, GraphTensor.Role usual) {
    if (type == QNN_TENSOR_TYPE_APP_READWRITE()
        || type == QNN_TENSOR_TYPE_OPTIONAL_APP_READWRITE()) {
      return GraphTensor.Role.INPUT_OUTPUT;
    }
    if (type == QNN_TENSOR_TYPE_OPTIONAL_APP_WRITE()) {
      return GraphTensor.Role.OPTIONAL_INPUT;
    }
    return type == QNN_TENSOR_TYPE_OPTIONAL_APP_READ() ? GraphTensor.Role.OPTIONAL_OUTPUT : usual;
  }

  private static MemorySegment array(
      MemorySegment pointer, int count, int most, long elementBytes, String what) {
    if (count < 0 || count > most || (count > 0 && pointer.address() == 0)) {
      throw damaged("it claims " + Integer.toUnsignedString(count) + " " + what);
    }
    return pointer.reinterpret(count * elementBytes);
  }

  private static BadModelException damaged(String why) {
    return new BadModelException(
        "can't read this context binary", why, "It is damaged: get it again or compile it again.");
  }
}
