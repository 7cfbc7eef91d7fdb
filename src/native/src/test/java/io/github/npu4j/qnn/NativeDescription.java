package io.github.npu4j.qnn;

import static io.github.npu4j.internal.qnnabi.qnn_h.*;

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
import io.github.npu4j.internal.qnnabi.Qnn_Version_t;
import io.github.npu4j.qnn.abi.Encodings;
import io.github.npu4j.qnn.info.ContextBinary;
import io.github.npu4j.qnn.info.GraphInfo;
import io.github.npu4j.qnn.info.GraphTensor;
import io.github.npu4j.qnn.info.QnnVersion;
import io.github.npu4j.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Writes a description of a context binary as a system library hands it out. */
public final class NativeDescription {

  private final SegmentAllocator memory;

  public NativeDescription(SegmentAllocator memory) {
    this.memory = memory;
  }

  public MemorySegment binary(ContextBinary binary) {
    MemorySegment info = QnnSystemContext_BinaryInfo_t.allocate(memory);
    QnnSystemContext_BinaryInfo_t.version(info, binary.infoVersion());
    if (binary.infoVersion() == 3) {
      version3(
          QnnSystemContext_BinaryInfo_t.contextBinaryInfoV1(info),
          QnnSystemContext_BinaryInfo_t.contextBinaryInfoV3(info),
          binary);
    } else {
      version1(QnnSystemContext_BinaryInfo_t.contextBinaryInfoV1(info), binary);
    }
    return info;
  }

  private void version1(MemorySegment v1, ContextBinary binary) {
    head(v1, binary);
    version(QnnSystemContext_BinaryInfoV1_t.contextBlobVersion(v1), binary.blobVersion());
    MemorySegment blob = QnnHtpSystemContext_HwBlobInfo_t.allocate(memory);
    QnnHtpSystemContext_HwBlobInfo_t.version(blob, 1);
    QnnHtpSystemContext_HwBlobInfoV1_t.spillFillBufferSize(
        QnnHtpSystemContext_HwBlobInfo_t.contextBinaryHwInfoBlobV1_t(blob),
        binary.spillFillBytes());
    QnnSystemContext_BinaryInfoV1_t.hwInfoBlob(v1, blob);
    QnnSystemContext_BinaryInfoV1_t.hwInfoBlobSize(v1, (int) blob.byteSize());
    QnnSystemContext_BinaryInfoV1_t.contextBlobSize(v1, binary.blobBytes());
    QnnSystemContext_BinaryInfoV1_t.numGraphs(v1, binary.graphs().size());
    QnnSystemContext_BinaryInfoV1_t.graphs(v1, graphs(binary.graphs(), binary.infoVersion()));
  }

  /** Version 3 begins as version 1 does, up to the name of the SoC. */
  private void version3(MemorySegment head, MemorySegment v3, ContextBinary binary) {
    head(head, binary);
    version(QnnSystemContext_BinaryInfoV3_t.contextBlobVersion(v3), binary.blobVersion());
    QnnSystemContext_BinaryInfoV3_t.contextBlobSize(v3, binary.blobBytes());
    QnnSystemContext_BinaryInfoV3_t.socModel(v3, binary.socModel().orElse(0));
    QnnSystemContext_BinaryInfoV3_t.numGraphs(v3, binary.graphs().size());
    QnnSystemContext_BinaryInfoV3_t.graphs(v3, graphs(binary.graphs(), 3));
  }

  private void head(MemorySegment v1, ContextBinary binary) {
    QnnSystemContext_BinaryInfoV1_t.backendId(v1, binary.backendId());
    QnnSystemContext_BinaryInfoV1_t.buildId(v1, memory.allocateFrom(binary.buildId()));
    version(QnnSystemContext_BinaryInfoV1_t.coreApiVersion(v1), binary.coreApi());
    version(QnnSystemContext_BinaryInfoV1_t.backendApiVersion(v1), binary.backendApi());
    QnnSystemContext_BinaryInfoV1_t.socVersion(v1, memory.allocateFrom(binary.socName()));
  }

  private MemorySegment graphs(List<GraphInfo> graphs, int version) {
    MemorySegment array = QnnSystemContext_GraphInfo_t.allocateArray(graphs.size(), memory);
    for (int i = 0; i < graphs.size(); i++) {
      MemorySegment one = QnnSystemContext_GraphInfo_t.asSlice(array, i);
      GraphInfo graph = graphs.get(i);
      QnnSystemContext_GraphInfo_t.version(one, version);
      MemorySegment v1 = QnnSystemContext_GraphInfo_t.graphInfoV1(one);
      QnnSystemContext_GraphInfoV1_t.graphName(v1, memory.allocateFrom(graph.name()));
      QnnSystemContext_GraphInfoV1_t.numGraphInputs(v1, graph.inputs().size());
      QnnSystemContext_GraphInfoV1_t.graphInputs(v1, tensors(graph.inputs()));
      QnnSystemContext_GraphInfoV1_t.numGraphOutputs(v1, graph.outputs().size());
      QnnSystemContext_GraphInfoV1_t.graphOutputs(v1, tensors(graph.outputs()));
      if (version == 3 && graph.htp().isPresent()) {
        MemorySegment blob = blob(graph.htp().get());
        MemorySegment v3 = QnnSystemContext_GraphInfo_t.graphInfoV3(one);
        QnnSystemContext_GraphInfoV3_t.graphBlobInfo(v3, blob);
        QnnSystemContext_GraphInfoV3_t.graphBlobInfoSize(v3, (int) blob.byteSize());
      }
    }
    return array;
  }

  private MemorySegment blob(GraphInfo.HtpInfo htp) {
    long first = QnnHtpSystemContext_GraphBlobInfo_t.sizeof();
    GraphInfo.Sizes sizes = htp.sizes().orElse(null);
    long second = sizes == null ? 0 : QnnHtpSystemContext_GraphBlobInfoV2_t.sizeof();
    MemorySegment blob = memory.allocate(first + second, 8);
    QnnHtpSystemContext_GraphBlobInfo_t.version(blob, 1);
    MemorySegment v1 = QnnHtpSystemContext_GraphBlobInfo_t.contextBinaryGraphBlobInfoV1(blob);
    QnnHtpSystemContext_GraphBlobInfoV1_t.spillFillBufferSize(v1, htp.spillFillBytes());
    QnnHtpSystemContext_GraphBlobInfoV1_t.vtcmSize(v1, (int) htp.vtcmBytes());
    QnnHtpSystemContext_GraphBlobInfoV1_t.optimizationLevel(v1, htp.optimizationLevel());
    QnnHtpSystemContext_GraphBlobInfoV1_t.numHvxThreads(v1, htp.hvxThreads());
    if (sizes != null) {
      MemorySegment v2 = blob.asSlice(first);
      QnnHtpSystemContext_GraphBlobInfoV2_t.version(v2, 2);
      QnnHtpSystemContext_GraphBlobInfoV2_t.ioTensorSize(v2, sizes.ioTensors());
      QnnHtpSystemContext_GraphBlobInfoV2_t.opDataSize(v2, sizes.opData());
      QnnHtpSystemContext_GraphBlobInfoV2_t.constSize(v2, sizes.constants());
      QnnHtpSystemContext_GraphBlobInfoV2_t.ddrTensorSize(v2, sizes.ddrTensors());
      QnnHtpSystemContext_GraphBlobInfoV2_t.sharedWeightsSize(v2, sizes.sharedWeights());
    }
    return blob;
  }

  private MemorySegment tensors(List<GraphTensor> tensors) {
    MemorySegment array = Qnn_Tensor_t.allocateArray(Math.max(1, tensors.size()), memory);
    for (int i = 0; i < tensors.size(); i++) {
      tensor(Qnn_Tensor_t.asSlice(array, i), tensors.get(i));
    }
    return array;
  }

  void tensor(MemorySegment one, GraphTensor tensor) {
    Qnn_Tensor_t.version(one, tensor.structVersion());
    MemorySegment v1 = Qnn_Tensor_t.v1(one);
    Qnn_TensorV1_t.id(v1, tensor.id());
    Qnn_TensorV1_t.name(v1, memory.allocateFrom(tensor.name()));
    Qnn_TensorV1_t.type(v1, role(tensor.role()));
    Qnn_TensorV1_t.dataFormat(v1, tensor.dataFormat());
    Qnn_TensorV1_t.dataType(v1, tensor.nativeType());
    Encodings.into(Qnn_TensorV1_t.quantizeParams(v1), tensor.spec().quantization().orElse(null));
    long[] shape = tensor.spec().shape().toArray();
    MemorySegment sizes = memory.allocate(ValueLayout.JAVA_INT, Math.max(1, shape.length));
    MemorySegment dynamic = memory.allocate(Math.max(1, shape.length));
    for (int axis = 0; axis < shape.length; axis++) {
      boolean open = shape[axis] == Shape.DYNAMIC;
      sizes.setAtIndex(ValueLayout.JAVA_INT, axis, open ? 99 : (int) shape[axis]);
      dynamic.set(ValueLayout.JAVA_BYTE, axis, (byte) (open ? 1 : 0));
    }
    Qnn_TensorV1_t.rank(v1, shape.length);
    Qnn_TensorV1_t.dimensions(v1, sizes);
    if (tensor.structVersion() == QNN_TENSOR_VERSION_2()) {
      Qnn_TensorV2_t.isDynamicDimensions(Qnn_Tensor_t.v2(one), dynamic);
    }
  }

  private static int role(GraphTensor.Role role) {
    return switch (role) {
      case INPUT -> QNN_TENSOR_TYPE_APP_WRITE();
      case OUTPUT -> QNN_TENSOR_TYPE_APP_READ();
      case INPUT_OUTPUT -> QNN_TENSOR_TYPE_APP_READWRITE();
      case OPTIONAL_INPUT -> QNN_TENSOR_TYPE_OPTIONAL_APP_WRITE();
      case OPTIONAL_OUTPUT -> QNN_TENSOR_TYPE_OPTIONAL_APP_READ();
    };
  }

  private static void version(MemorySegment segment, QnnVersion version) {
    Qnn_Version_t.major(segment, version.major());
    Qnn_Version_t.minor(segment, version.minor());
    Qnn_Version_t.patch(segment, version.patch());
  }
}
