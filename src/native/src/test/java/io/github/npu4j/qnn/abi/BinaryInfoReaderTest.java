package io.github.npu4j.qnn.abi;

import static io.github.npu4j.internal.qnnabi.qnn_h.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.IncompatibleModelException;
import io.github.npu4j.internal.qnnabi.QnnSystemContext_BinaryInfoV3_t;
import io.github.npu4j.internal.qnnabi.QnnSystemContext_BinaryInfo_t;
import io.github.npu4j.internal.qnnabi.QnnSystemContext_GraphInfoV1_t;
import io.github.npu4j.internal.qnnabi.QnnSystemContext_GraphInfo_t;
import io.github.npu4j.internal.qnnabi.Qnn_AxisScaleOffset_t;
import io.github.npu4j.internal.qnnabi.Qnn_BlockwiseExpansion_t;
import io.github.npu4j.internal.qnnabi.Qnn_BwAxisScaleOffset_t;
import io.github.npu4j.internal.qnnabi.Qnn_BwScaleOffset_t;
import io.github.npu4j.internal.qnnabi.Qnn_QuantizeParams_t;
import io.github.npu4j.internal.qnnabi.Qnn_ScaleOffset_t;
import io.github.npu4j.internal.qnnabi.Qnn_TensorV1_t;
import io.github.npu4j.internal.qnnabi.Qnn_Tensor_t;
import io.github.npu4j.qnn.NativeDescription;
import io.github.npu4j.qnn.StandInBackend;
import io.github.npu4j.qnn.info.ContextBinary;
import io.github.npu4j.qnn.info.GraphInfo;
import io.github.npu4j.qnn.info.GraphTensor;
import io.github.npu4j.qnn.info.QnnVersion;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Quantization;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every form in which a system library describes a binary, and what it might get wrong. */
class BinaryInfoReaderTest {

  private final Arena arena = Arena.ofConfined();
  private final NativeDescription writer = new NativeDescription(arena);

  @AfterEach
  void close() {
    arena.close();
  }

  @Test
  void readsVersion3WithTheBlobOfEachGraph() {
    GraphInfo plain = StandInBackend.graph("first", "x", "y", Shape.of(2, 3));
    ContextBinary binary =
        StandInBackend.binary(
            plain,
            new GraphInfo("old blob", plain.inputs(), plain.outputs(), htp(Optional.empty())),
            new GraphInfo(
                "new blob",
                plain.inputs(),
                plain.outputs(),
                htp(Optional.of(new GraphInfo.Sizes(1, 2, 3, 4, 5)))));
    ContextBinary read = BinaryInfoReader.read(writer.binary(binary));
    assertEquals(binary, read);
    assertEquals(5, read.sharedWeightsBytes());
    assertEquals("first", read.graph("first").name());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void readsVersions1And2WhichKnowNoSoc(int version) {
    ContextBinary binary =
        new ContextBinary(
            version,
            6,
            "v2.20",
            new QnnVersion(2, 14, 0),
            new QnnVersion(5, 14, 0),
            new QnnVersion(1, 0, 0),
            "a SoC",
            OptionalInt.empty(),
            123,
            77,
            List.of(StandInBackend.graph("g", "x", "y", Shape.of(1))));
    ContextBinary read = BinaryInfoReader.read(writer.binary(binary));
    assertEquals(binary, read);
    assertEquals(0, read.sharedWeightsBytes());
  }

  @Test
  void readsTensorsOfVersion2WithDynamicShapesAndEveryRole() {
    for (GraphTensor.Role role : GraphTensor.Role.values()) {
      GraphTensor tensor =
          new GraphTensor(
              3,
              new TensorSpec("t", ElementType.FLOAT16, Shape.of(1, -1, 7)),
              role,
              QNN_DATATYPE_FLOAT_16(),
              0,
              2);
      boolean output = role == GraphTensor.Role.OUTPUT || role == GraphTensor.Role.OPTIONAL_OUTPUT;
      GraphInfo graph =
          output
              ? new GraphInfo("g", List.of(), List.of(tensor), Optional.empty())
              : new GraphInfo("g", List.of(tensor), List.of(), Optional.empty());
      assertEquals(
          graph, BinaryInfoReader.read(writer.binary(StandInBackend.binary(graph))).graph("g"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "QNN_DATATYPE_FLOAT_32, FLOAT32, false",
    "QNN_DATATYPE_FLOAT_16, FLOAT16, false",
    "QNN_DATATYPE_BFLOAT_16, BFLOAT16, false",
    "QNN_DATATYPE_FLOAT_64, FLOAT64, false",
    "QNN_DATATYPE_INT_2, INT2, false",
    "QNN_DATATYPE_INT_4, INT4, false",
    "QNN_DATATYPE_INT_8, INT8, false",
    "QNN_DATATYPE_INT_16, INT16, false",
    "QNN_DATATYPE_INT_32, INT32, false",
    "QNN_DATATYPE_INT_64, INT64, false",
    "QNN_DATATYPE_UINT_2, UINT2, false",
    "QNN_DATATYPE_UINT_4, UINT4, false",
    "QNN_DATATYPE_UINT_8, UINT8, false",
    "QNN_DATATYPE_UINT_16, UINT16, false",
    "QNN_DATATYPE_UINT_32, UINT32, false",
    "QNN_DATATYPE_UINT_64, UINT64, false",
    "QNN_DATATYPE_SFIXED_POINT_2, INT2, true",
    "QNN_DATATYPE_SFIXED_POINT_4, INT4, true",
    "QNN_DATATYPE_SFIXED_POINT_8, INT8, true",
    "QNN_DATATYPE_SFIXED_POINT_16, INT16, true",
    "QNN_DATATYPE_SFIXED_POINT_32, INT32, true",
    "QNN_DATATYPE_UFIXED_POINT_2, UINT2, true",
    "QNN_DATATYPE_UFIXED_POINT_4, UINT4, true",
    "QNN_DATATYPE_UFIXED_POINT_8, UINT8, true",
    "QNN_DATATYPE_UFIXED_POINT_16, UINT16, true",
    "QNN_DATATYPE_UFIXED_POINT_32, UINT32, true",
    "QNN_DATATYPE_BOOL_8, BOOL, false"
  })
  void readsEveryElementType(String constant, ElementType type, boolean fixedPoint)
      throws ReflectiveOperationException {
    int nativeType =
        (int) io.github.npu4j.internal.qnnabi.qnn_h.class.getMethod(constant).invoke(null);
    TensorSpec spec =
        read(tensor -> {
          Qnn_TensorV1_t.dataType(tensor, nativeType);
          scaleOffset(Qnn_TensorV1_t.quantizeParams(tensor), 0.5f, -3);
        });
    assertEquals(type, spec.type());
    assertEquals(
        fixedPoint ? Optional.of(new Quantization.PerTensor(0.5f, 3)) : Optional.empty(),
        spec.quantization());
  }

  @ParameterizedTest
  @ValueSource(ints = {0x0608, 0x0204, 0x0208, 0x0003, 0x7fffffff, 0x1234})
  void refusesElementTypesItCanNotHold(int nativeType) {
    IncompatibleModelException refused =
        assertThrows(
            IncompatibleModelException.class,
            () -> read(tensor -> Qnn_TensorV1_t.dataType(tensor, nativeType)));
    assertTrue(
        refused.getMessage().contains("0x" + Integer.toHexString(nativeType)),
        refused.getMessage());
  }

  @Test
  void readsNoQuantizationWhereNoneIsDefined() {
    assertNull(quantization(params -> Qnn_QuantizeParams_t.encodingDefinition(params, 0)));
  }

  @Test
  void readsOneScaleForTheTensor() {
    assertEquals(
        new Quantization.PerTensor(0.25f, 128),
        quantization(params -> scaleOffset(params, 0.25f, -128)));
    assertEquals(
        new Quantization.PerTensor(2f, -1),
        quantization(params -> {
          encoding(params, QNN_QUANTIZATION_ENCODING_BW_SCALE_OFFSET());
          MemorySegment one = Qnn_QuantizeParams_t.bwScaleOffsetEncoding(params);
          Qnn_BwScaleOffset_t.bitwidth(one, 4);
          Qnn_BwScaleOffset_t.scale(one, 2f);
          Qnn_BwScaleOffset_t.offset(one, 1);
        }));
  }

  @Test
  void describesAScaleThatIsNone() {
    for (float scale : new float[] {0f, -1f, Float.NaN, Float.POSITIVE_INFINITY}) {
      assertEquals(
          new Quantization.Described("SCALE_OFFSET scale=" + scale + " offset=5"),
          quantization(params -> scaleOffset(params, scale, 5)));
    }
  }

  @Test
  void readsScalesAlongAnAxis() {
    Quantization expected =
        new Quantization.PerAxis(2, new float[] {0.5f, 0.25f}, new int[] {1, -2});
    assertEquals(
        expected,
        quantization(params -> {
          encoding(params, QNN_QUANTIZATION_ENCODING_AXIS_SCALE_OFFSET());
          MemorySegment axis = Qnn_QuantizeParams_t.axisScaleOffsetEncoding(params);
          MemorySegment pairs = Qnn_ScaleOffset_t.allocateArray(2, arena);
          Qnn_ScaleOffset_t.scale(Qnn_ScaleOffset_t.asSlice(pairs, 0), 0.5f);
          Qnn_ScaleOffset_t.offset(Qnn_ScaleOffset_t.asSlice(pairs, 0), -1);
          Qnn_ScaleOffset_t.scale(Qnn_ScaleOffset_t.asSlice(pairs, 1), 0.25f);
          Qnn_ScaleOffset_t.offset(Qnn_ScaleOffset_t.asSlice(pairs, 1), 2);
          Qnn_AxisScaleOffset_t.axis(axis, 2);
          Qnn_AxisScaleOffset_t.numScaleOffsets(axis, 2);
          Qnn_AxisScaleOffset_t.scaleOffset(axis, pairs);
        }));
    assertEquals(
        expected,
        quantization(params -> bwAxis(params, arena.allocateFrom(ValueLayout.JAVA_INT, -1, 2))));
    assertEquals(
        new Quantization.PerAxis(2, new float[] {0.5f, 0.25f}, new int[] {0, 0}),
        quantization(params -> bwAxis(params, MemorySegment.NULL)));
  }

  @Test
  void describesScalesThatAreNotThere() {
    assertEquals(
        new Quantization.Described("AXIS_SCALE_OFFSET axis=0 count=-1"),
        quantization(params -> {
          encoding(params, QNN_QUANTIZATION_ENCODING_AXIS_SCALE_OFFSET());
          Qnn_AxisScaleOffset_t.numScaleOffsets(
              Qnn_QuantizeParams_t.axisScaleOffsetEncoding(params), -1);
        }));
    assertEquals(
        new Quantization.Described("BW_AXIS_SCALE_OFFSET axis=0 count=3"),
        quantization(params -> {
          encoding(params, QNN_QUANTIZATION_ENCODING_BW_AXIS_SCALE_OFFSET());
          Qnn_BwAxisScaleOffset_t.numElements(
              Qnn_QuantizeParams_t.bwAxisScaleOffsetEncoding(params), 3);
        }));
  }

  @Test
  void describesEncodingsOfWeights() {
    assertEquals(
        new Quantization.Described("BLOCKWISE_EXPANSION axis=1 blocks=8 scaleBits=4"),
        quantization(params -> {
          encoding(params, QNN_QUANTIZATION_ENCODING_BLOCKWISE_EXPANSION());
          MemorySegment blocks = Qnn_BlockwiseExpansion_t.allocate(arena);
          Qnn_BlockwiseExpansion_t.axis(blocks, 1);
          Qnn_BlockwiseExpansion_t.numBlocksPerAxis(blocks, 8);
          Qnn_BlockwiseExpansion_t.blockScaleBitwidth(blocks, 4);
          Qnn_QuantizeParams_t.blockwiseExpansion(params, blocks);
        }));
    String[] names = {
      "BLOCK",
      "BLOCKWISE_EXPANSION",
      "VECTOR",
      "FLOAT_BLOCK",
      "BW_AXIS_SCALE_OFFSET_MAPPED",
      "BW_BLOCK_MAPPED",
      "BW_BLOCKWISE_EXPANSION_MAPPED",
      "BW_FLOAT_BLOCK",
      "MICROSCALING",
      "ARRAY_OF",
      "encoding 14"
    };
    for (int i = 0; i < names.length; i++) {
      int encoding = QNN_QUANTIZATION_ENCODING_BLOCK() + i;
      assertEquals(
          new Quantization.Described(names[i]), quantization(params -> encoding(params, encoding)));
    }
  }

  @Test
  void refusesVersionsNobodyKnows() {
    MemorySegment info = writer.binary(StandInBackend.oneGraph());
    QnnSystemContext_BinaryInfo_t.version(info, 4);
    assertThrows(IncompatibleModelException.class, () -> BinaryInfoReader.read(info));
    assertThrows(
        IncompatibleModelException.class,
        () -> readGraph(graph -> QnnSystemContext_GraphInfo_t.version(graph, 9)));
    assertThrows(
        IncompatibleModelException.class,
        () -> readGraph(graph -> Qnn_Tensor_t.version(firstInput(graph), 3)));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE, 5000, Integer.MAX_VALUE})
  void refusesCountsThatCanNotBe(int count) {
    MemorySegment info = writer.binary(StandInBackend.oneGraph());
    MemorySegment v3 = QnnSystemContext_BinaryInfo_t.contextBinaryInfoV3(info);
    QnnSystemContext_BinaryInfoV3_t.numGraphs(v3, count);
    assertThrows(BadModelException.class, () -> BinaryInfoReader.read(info));
    assertThrows(BadModelException.class, () -> read(tensor -> Qnn_TensorV1_t.rank(tensor, count)));
    BadModelException refused =
        assertThrows(
            BadModelException.class,
            () ->
                readGraph(graph ->
                    QnnSystemContext_GraphInfoV1_t.numGraphInputs(
                        QnnSystemContext_GraphInfo_t.graphInfoV1(graph),
                        count == 5000 ? 20_000 : count)));
    assertTrue(refused.getMessage().contains("tensors"), refused.getMessage());
  }

  @Test
  void refusesPointersToNothing() {
    MemorySegment info = writer.binary(StandInBackend.oneGraph());
    QnnSystemContext_BinaryInfoV3_t.graphs(
        QnnSystemContext_BinaryInfo_t.contextBinaryInfoV3(info), MemorySegment.NULL);
    assertThrows(BadModelException.class, () -> BinaryInfoReader.read(info));
    assertThrows(
        BadModelException.class,
        () -> read(tensor -> Qnn_TensorV1_t.dimensions(tensor, MemorySegment.NULL)));
  }

  @Test
  void refusesMoreElementsThanANumberHolds() {
    assertThrows(
        BadModelException.class,
        () ->
            read(tensor -> {
              Qnn_TensorV1_t.rank(tensor, 3);
              Qnn_TensorV1_t.dimensions(
                  tensor, arena.allocateFrom(ValueLayout.JAVA_INT, -1, -1, -1));
            }));
  }

  private static Optional<GraphInfo.HtpInfo> htp(Optional<GraphInfo.Sizes> sizes) {
    return Optional.of(new GraphInfo.HtpInfo(11, 4 << 20, 3, 4, sizes));
  }

  private static void encoding(MemorySegment params, int encoding) {
    Qnn_QuantizeParams_t.encodingDefinition(params, QNN_DEFINITION_DEFINED());
    Qnn_QuantizeParams_t.quantizationEncoding(params, encoding);
  }

  private static void scaleOffset(MemorySegment params, float scale, int offset) {
    encoding(params, QNN_QUANTIZATION_ENCODING_SCALE_OFFSET());
    MemorySegment one = Qnn_QuantizeParams_t.scaleOffsetEncoding(params);
    Qnn_ScaleOffset_t.scale(one, scale);
    Qnn_ScaleOffset_t.offset(one, offset);
  }

  private void bwAxis(MemorySegment params, MemorySegment offsets) {
    encoding(params, QNN_QUANTIZATION_ENCODING_BW_AXIS_SCALE_OFFSET());
    MemorySegment axis = Qnn_QuantizeParams_t.bwAxisScaleOffsetEncoding(params);
    Qnn_BwAxisScaleOffset_t.axis(axis, 2);
    Qnn_BwAxisScaleOffset_t.numElements(axis, 2);
    Qnn_BwAxisScaleOffset_t.scales(axis, arena.allocateFrom(ValueLayout.JAVA_FLOAT, 0.5f, 0.25f));
    Qnn_BwAxisScaleOffset_t.offsets(axis, offsets);
  }

  private Quantization quantization(Consumer<MemorySegment> change) {
    return read(
            tensor -> {
              Qnn_TensorV1_t.dataType(tensor, QNN_DATATYPE_UFIXED_POINT_8());
              MemorySegment params = Qnn_TensorV1_t.quantizeParams(tensor);
              params.fill((byte) 0);
              change.accept(params);
            })
        .quantization()
        .orElse(null);
  }

  /** Reads a graph whose first input was changed; returns that input. */
  private TensorSpec read(Consumer<MemorySegment> change) {
    return readGraph(graph -> change.accept(Qnn_Tensor_t.v1(firstInput(graph))))
        .inputSpecs()
        .getFirst();
  }

  private GraphInfo readGraph(Consumer<MemorySegment> change) {
    MemorySegment info = writer.binary(StandInBackend.oneGraph());
    MemorySegment graph =
        QnnSystemContext_BinaryInfoV3_t.graphs(
                QnnSystemContext_BinaryInfo_t.contextBinaryInfoV3(info))
            .reinterpret(QnnSystemContext_GraphInfo_t.sizeof());
    change.accept(graph);
    return BinaryInfoReader.read(info).graph("g");
  }

  private static MemorySegment firstInput(MemorySegment graph) {
    return QnnSystemContext_GraphInfoV1_t.graphInputs(
            QnnSystemContext_GraphInfo_t.graphInfoV1(graph))
        .reinterpret(Qnn_Tensor_t.sizeof());
  }
}
