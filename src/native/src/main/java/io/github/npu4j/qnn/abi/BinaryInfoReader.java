package io.github.npu4j.qnn.abi;

import static io.github.npu4j.internal.ffm.Fields.element;
import static io.github.npu4j.internal.ffm.Fields.i32;
import static io.github.npu4j.internal.ffm.Fields.i64;
import static io.github.npu4j.internal.ffm.Fields.pointer;
import static io.github.npu4j.internal.ffm.Fields.within;
import static io.github.npu4j.internal.qnnabi.qnn_h.*;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.IncompatibleModelException;
import io.github.npu4j.internal.ffm.CStrings;
import io.github.npu4j.qnn.info.ContextBinary;
import io.github.npu4j.qnn.info.GraphInfo;
import io.github.npu4j.qnn.info.GraphTensor;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Quantization;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Turns the system library's description of a binary into values of ours.
 *
 * <p>Everything is copied: the native description ends with the system context it came from. Counts
 * are bounded before they size anything.
 */
@SuppressWarnings("restricted") // pointers are sized by the count next to them
public final class BinaryInfoReader {

  /** Bounds far above any model's, far below what would hurt: a larger count is damage. */
  private static final int MOST_GRAPHS = 1 << 12;

  private static final int MOST_TENSORS = 1 << 14;
  private static final int MOST_DIMENSIONS = 32;

  private BinaryInfoReader() {}

  public static ContextBinary read(MemorySegment pointer) {
    MemorySegment info = pointer.reinterpret(QnnSystemContext_BinaryInfo_t_bytes());
    int version = i32(info, QnnSystemContext_BinaryInfo_t_version());
    return switch (version) {
      case 1, 2 ->
          versions1And2(version, within(info, QnnSystemContext_BinaryInfo_t_contextBinaryInfoV1()));
      case 3 ->
          version3(
              within(info, QnnSystemContext_BinaryInfo_t_contextBinaryInfoV1()),
              within(info, QnnSystemContext_BinaryInfo_t_contextBinaryInfoV3()));
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
        i32(info, QnnSystemContext_BinaryInfoV1_t_backendId()),
        CStrings.read(pointer(info, QnnSystemContext_BinaryInfoV1_t_buildId())),
        VersionReader.read(within(info, QnnSystemContext_BinaryInfoV1_t_coreApiVersion())),
        VersionReader.read(within(info, QnnSystemContext_BinaryInfoV1_t_backendApiVersion())),
        VersionReader.read(within(info, QnnSystemContext_BinaryInfoV1_t_contextBlobVersion())),
        CStrings.read(pointer(info, QnnSystemContext_BinaryInfoV1_t_socVersion())),
        OptionalInt.empty(),
        i64(info, QnnSystemContext_BinaryInfoV1_t_contextBlobSize()),
        hardwareSpillFill(
            pointer(info, QnnSystemContext_BinaryInfoV1_t_hwInfoBlob()),
            i32(info, QnnSystemContext_BinaryInfoV1_t_hwInfoBlobSize())),
        graphs(
            pointer(info, QnnSystemContext_BinaryInfoV1_t_graphs()),
            i32(info, QnnSystemContext_BinaryInfoV1_t_numGraphs())));
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
        i32(head, QnnSystemContext_BinaryInfoV1_t_backendId()),
        CStrings.read(pointer(head, QnnSystemContext_BinaryInfoV1_t_buildId())),
        VersionReader.read(within(head, QnnSystemContext_BinaryInfoV1_t_coreApiVersion())),
        VersionReader.read(within(head, QnnSystemContext_BinaryInfoV1_t_backendApiVersion())),
        VersionReader.read(within(info, QnnSystemContext_BinaryInfoV3_t_contextBlobVersion())),
        CStrings.read(pointer(head, QnnSystemContext_BinaryInfoV1_t_socVersion())),
        OptionalInt.of(i32(info, QnnSystemContext_BinaryInfoV3_t_socModel())),
        i64(info, QnnSystemContext_BinaryInfoV3_t_contextBlobSize()),
        0,
        graphs(
            pointer(info, QnnSystemContext_BinaryInfoV3_t_graphs()),
            i32(info, QnnSystemContext_BinaryInfoV3_t_numGraphs())));
  }

  /** The blob of versions 1 and 2: the file's spill and fill buffer, 0 if it says nothing. */
  private static long hardwareSpillFill(MemorySegment pointer, int size) {
    if (pointer.address() == 0
        || Integer.toUnsignedLong(size) < QnnHtpSystemContext_HwBlobInfo_t_bytes()) {
      return 0;
    }
    MemorySegment blob = pointer.reinterpret(QnnHtpSystemContext_HwBlobInfo_t_bytes());
    return i32(blob, QnnHtpSystemContext_HwBlobInfo_t_version()) == 1
        ? i64(
            within(blob, QnnHtpSystemContext_HwBlobInfo_t_contextBinaryHwInfoBlobV1_t()),
            QnnHtpSystemContext_HwBlobInfoV1_t_spillFillBufferSize())
        : 0;
  }

  private static List<GraphInfo> graphs(MemorySegment pointer, int count) {
    MemorySegment array =
        array(pointer, count, MOST_GRAPHS, QnnSystemContext_GraphInfo_t_bytes(), "graphs");
    List<GraphInfo> graphs = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      graphs.add(graph(element(array, i, QnnSystemContext_GraphInfo_t_bytes())));
    }
    return graphs;
  }

  private static GraphInfo graph(MemorySegment info) {
    int version = i32(info, QnnSystemContext_GraphInfo_t_version());
    if (version < 1 || version > 3) {
      throw new IncompatibleModelException(
          "can't read this context binary",
          "a graph's description has version " + version + " and npu4j knows 1 to 3",
          "Compile the model with the runtime npu4j installs.");
    }
    MemorySegment head = within(info, QnnSystemContext_GraphInfo_t_graphInfoV1());
    Optional<GraphInfo.HtpInfo> htp =
        version == 3
            ? htp(within(info, QnnSystemContext_GraphInfo_t_graphInfoV3()))
            : Optional.empty();
    return new GraphInfo(
        CStrings.read(pointer(head, QnnSystemContext_GraphInfoV1_t_graphName())),
        tensors(
            pointer(head, QnnSystemContext_GraphInfoV1_t_graphInputs()),
            i32(head, QnnSystemContext_GraphInfoV1_t_numGraphInputs()),
            GraphTensor.Role.INPUT),
        tensors(
            pointer(head, QnnSystemContext_GraphInfoV1_t_graphOutputs()),
            i32(head, QnnSystemContext_GraphInfoV1_t_numGraphOutputs()),
            GraphTensor.Role.OUTPUT),
        htp);
  }

  private static Optional<GraphInfo.HtpInfo> htp(MemorySegment info) {
    long size =
        Integer.toUnsignedLong(i32(info, QnnSystemContext_GraphInfoV3_t_graphBlobInfoSize()));
    MemorySegment pointer = pointer(info, QnnSystemContext_GraphInfoV3_t_graphBlobInfo());
    long first = QnnHtpSystemContext_GraphBlobInfo_t_bytes();
    if (pointer.address() == 0 || size < first) {
      return Optional.empty();
    }
    MemorySegment blob = pointer.reinterpret(size);
    if (i32(blob, QnnHtpSystemContext_GraphBlobInfo_t_version()) != 1) {
      return Optional.empty();
    }
    MemorySegment v1 =
        within(blob, QnnHtpSystemContext_GraphBlobInfo_t_contextBinaryGraphBlobInfoV1());
    return Optional.of(
        new GraphInfo.HtpInfo(
            i64(v1, QnnHtpSystemContext_GraphBlobInfoV1_t_spillFillBufferSize()),
            Integer.toUnsignedLong(i32(v1, QnnHtpSystemContext_GraphBlobInfoV1_t_vtcmSize())),
            i32(v1, QnnHtpSystemContext_GraphBlobInfoV1_t_optimizationLevel()),
            i64(v1, QnnHtpSystemContext_GraphBlobInfoV1_t_numHvxThreads()),
            sizes(blob.asSlice(first))));
  }

  /** The second version's part follows the first's in the same blob. */
  private static Optional<GraphInfo.Sizes> sizes(MemorySegment rest) {
    if (rest.byteSize() < QnnHtpSystemContext_GraphBlobInfoV2_t_bytes()
        || i32(rest, QnnHtpSystemContext_GraphBlobInfoV2_t_version()) != 2) {
      return Optional.empty();
    }
    return Optional.of(
        new GraphInfo.Sizes(
            i64(rest, QnnHtpSystemContext_GraphBlobInfoV2_t_ioTensorSize()),
            i64(rest, QnnHtpSystemContext_GraphBlobInfoV2_t_opDataSize()),
            i64(rest, QnnHtpSystemContext_GraphBlobInfoV2_t_constSize()),
            i64(rest, QnnHtpSystemContext_GraphBlobInfoV2_t_ddrTensorSize()),
            i64(rest, QnnHtpSystemContext_GraphBlobInfoV2_t_sharedWeightsSize())));
  }

  private static List<GraphTensor> tensors(
      MemorySegment pointer, int count, GraphTensor.Role usual) {
    MemorySegment array = array(pointer, count, MOST_TENSORS, Qnn_Tensor_t_bytes(), "tensors");
    List<GraphTensor> tensors = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      tensors.add(tensor(element(array, i, Qnn_Tensor_t_bytes()), usual));
    }
    return tensors;
  }

  private static GraphTensor tensor(MemorySegment tensor, GraphTensor.Role usual) {
    int version = i32(tensor, Qnn_Tensor_t_version());
    if (version != QNN_TENSOR_VERSION_1() && version != QNN_TENSOR_VERSION_2()) {
      throw new IncompatibleModelException(
          "can't read this context binary",
          "a tensor's description has version " + version + " and npu4j knows 1 and 2",
          "Compile the model with the runtime npu4j installs.");
    }
    MemorySegment v1 = within(tensor, Qnn_Tensor_t_v1());
    MemorySegment dynamic =
        version == QNN_TENSOR_VERSION_2()
            ? pointer(within(tensor, Qnn_Tensor_t_v2()), Qnn_TensorV2_t_isDynamicDimensions())
            : MemorySegment.NULL;
    String name = CStrings.read(pointer(v1, Qnn_TensorV1_t_name()));
    int nativeType = i32(v1, Qnn_TensorV1_t_dataType());
    return new GraphTensor(
        i32(v1, Qnn_TensorV1_t_id()),
        spec(name, nativeType, shape(name, v1, dynamic), v1),
        role(i32(v1, Qnn_TensorV1_t_type()), usual),
        nativeType,
        i32(v1, Qnn_TensorV1_t_dataFormat()),
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
            ? Encodings.from(within(v1, Qnn_TensorV1_t_quantizeParams()))
            : null;
    return new TensorSpec(name, type, shape, Optional.ofNullable(quantization));
  }

  private static Shape shape(String name, MemorySegment v1, MemorySegment dynamic) {
    int rank = i32(v1, Qnn_TensorV1_t_rank());
    MemorySegment sizes =
        array(
            pointer(v1, Qnn_TensorV1_t_dimensions()),
            rank,
            MOST_DIMENSIONS,
            Integer.BYTES,
            "dimensions");
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
