package io.github.npu4j.onnx;

import static io.github.npu4j.onnx.OnnxModels.FLOAT;
import static io.github.npu4j.onnx.OnnxModels.INT64;
import static io.github.npu4j.onnx.OnnxModels.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.onnx.epcontext.EpContextModel;
import io.github.npu4j.onnx.epcontext.EpContextNode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaticShapesTest {

  @TempDir private Path folder;

  private OnnxModel file(ValueInfoProto... inputs) {
    GraphProto.Builder graph = GraphProto.newBuilder().addAllInput(List.of(inputs));
    return OnnxModel.read(OnnxModels.write(folder.resolve("m.onnx"), OnnxModels.model(graph)));
  }

  private static List<String> fixed(OnnxModel file, OptionalLong tokens, Map<String, Long> given) {
    return StaticShapes.of(file, tokens, given).inputs().stream().map(ValueInfo::toString).toList();
  }

  @Test
  void aTransformersInputsGetBatchOneAndTheBucket() {
    OnnxModel file =
        file(
            value("input_ids", INT64, "batch_size", "sequence_length"),
            value("attention_mask", INT64, "batch_size", "sequence_length"));
    assertEquals(
        List.of("input_ids: INT64 [1, 64]", "attention_mask: INT64 [1, 64]"),
        fixed(file, OptionalLong.of(64), Map.of()));
    assertEquals(
        OptionalLong.of(64), StaticShapes.of(file, OptionalLong.of(64), Map.of()).tokens());
  }

  @Test
  void dimensionsWithoutNamesAreKnownByTheirPlaceInAnIntegerInputOnly() {
    assertEquals(
        List.of("input_ids: INT64 [1, 32]"),
        fixed(file(value("input_ids", INT64, null, null)), OptionalLong.of(32), Map.of()));
    BadInputException refused =
        assertThrows(
            BadInputException.class,
            () -> fixed(file(value("x", FLOAT, null, 8)), OptionalLong.of(32), Map.of()));
    assertTrue(refused.advice().contains("withDimensions(x:0=N)"), refused.getMessage());
  }

  @Test
  void aGivenSizeWinsBySymbolAndByPlace() {
    OnnxModel file = file(value("a", FLOAT, "batch", "width"), value("b", FLOAT, null, "width"));
    assertEquals(
        List.of("a: FLOAT32 [4, 7]", "b: FLOAT32 [2, 7]"),
        fixed(file, OptionalLong.empty(), Map.of("batch", 4L, "width", 7L, "b:0", 2L)));
  }

  @Test
  void openDimensionsOfOneInputThatShareANameAreSetByPlace() {
    OnnxModel file = file(value("x", FLOAT, "?", 3, "?", "?"));
    StaticShapes shapes =
        StaticShapes.of(file, OptionalLong.empty(), Map.of("x:0", 1L, "x:2", 4L, "x:3", 6L));
    assertEquals("[x: FLOAT32 [1, 3, 4, 6]]", shapes.inputs().toString());
    assertEquals(Map.of(), shapes.symbols(), "a name of three sizes fixes no output");
    BadInputException refused =
        assertThrows(
            BadInputException.class, () -> fixed(file, OptionalLong.empty(), Map.of("x:0", 1L)));
    assertTrue(refused.advice().contains("withDimensions(x:2=N, x:3=N)"), refused.getMessage());
    assertEquals(
        List.of("a: FLOAT32 [8, 8]", "ids: INT64 [1, 16]"),
        fixed(
            file(value("a", FLOAT, "n", "n"), value("ids", INT64, "?", "?")),
            OptionalLong.of(16),
            Map.of("n", 8L)));
  }

  @Test
  void whatNobodyFixesIsNamedWithTheOptionThatDoes() {
    OnnxModel file = file(value("past", FLOAT, "batch", "past_length", 64));
    BadInputException refused =
        assertThrows(BadInputException.class, () -> fixed(file, OptionalLong.of(16), Map.of()));
    assertTrue(refused.advice().contains("withDimensions(past_length=N)"), refused.getMessage());
    assertTrue(refused.why().contains("past: FLOAT32 [batch, past_length, 64]"));
  }

  @Test
  void aDimensionThatDoesNotExistIsRefused() {
    OnnxModel file = file(value("x", FLOAT, 1, 4));
    assertTrue(
        assertThrows(
                BadInputException.class,
                () -> fixed(file, OptionalLong.empty(), Map.of("width", 4L)))
            .getMessage()
            .contains("no open dimension named width"));
    assertThrows(
        BadInputException.class, () -> fixed(file, OptionalLong.empty(), Map.of("x:0", 0L)));
  }

  @Test
  void aModelOfFixedLengthCantBeAnotherBucket() {
    OnnxModel file = file(value("input_ids", INT64, 1, 128));
    assertEquals(
        OptionalLong.of(128), StaticShapes.of(file, OptionalLong.empty(), Map.of()).tokens());
    assertTrue(
        assertThrows(BadInputException.class, () -> fixed(file, OptionalLong.of(16), Map.of()))
            .getMessage()
            .contains("fixed at 128"));
  }

  @Test
  void onlyTheDeclaredShapesOfTheModelChange() throws IOException {
    ModelProto.Builder source = OnnxModels.relu("batch_size", "width");
    source
        .setIrVersion(14)
        .setDocString("kept")
        .setUnknownFields(
            UnknownFieldSet.newBuilder()
                .addField(900, UnknownFieldSet.Field.newBuilder().addVarint(5).build())
                .build());
    source
        .getGraphBuilder()
        .addValueInfo(value("open", FLOAT, "batch_size", "inner"))
        .addValueInfo(value("fixed", FLOAT, 2, 3))
        .addInitializer(
            TensorProto.newBuilder()
                .setName("w")
                .setDataType(FLOAT)
                .addDims(2)
                .setRawData(ByteString.copyFrom(new byte[] {1, 2, 3, 4, 5, 6, 7, 8})));
    Path path = OnnxModels.write(folder.resolve("source.onnx"), source);
    StaticShapes shapes =
        StaticShapes.of(OnnxModel.read(path), OptionalLong.empty(), Map.of("width", 384L));

    Path target = folder.resolve("target.onnx");
    try (Arena arena = Arena.ofConfined()) {
      OnnxModel model = shapes.applyTo(OnnxModel.read(path));
      model.write(target);
      assertTrue(
          java.util.Arrays.equals(
              Files.readAllBytes(target), model.toMemory(arena).toArray(ValueLayout.JAVA_BYTE)));
    }

    ModelProto expected =
        source
            .setIrVersion(OnnxModel.NEWEST_IR_VERSION)
            .setGraph(
                source
                    .getGraphBuilder()
                    .setInput(0, value("x", FLOAT, 1, 384))
                    .setOutput(0, value("y", FLOAT, 1, 384))
                    .removeValueInfo(0))
            .build();
    assertEquals(expected, ModelProto.parseFrom(Files.readAllBytes(target)));
  }

  private ModelProto.Builder withExternal(String location, long offset, long length) {
    ModelProto.Builder model = OnnxModels.relu(1, 4);
    model
        .getGraphBuilder()
        .addInitializerBuilder()
        .setName("w")
        .setDataType(FLOAT)
        .addDims(1)
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(entry("location", location))
        .addExternalData(entry("offset", Long.toString(offset)))
        .addExternalData(entry("length", Long.toString(length)));
    return model;
  }

  private static StringStringEntryProto.Builder entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value);
  }

  private TensorProto inlined(ModelProto.Builder model) throws IOException {
    Path path = OnnxModels.write(folder.resolve("e.onnx"), model);
    StaticShapes shapes = StaticShapes.of(OnnxModel.read(path), OptionalLong.empty(), Map.of());
    try (Arena arena = Arena.ofConfined()) {
      OnnxModel rewritten = shapes.applyTo(OnnxModel.read(path));
      byte[] bytes = rewritten.toMemory(arena).toArray(ValueLayout.JAVA_BYTE);
      return ModelProto.parseFrom(bytes).getGraph().getInitializer(0);
    }
  }

  @Test
  void externalDataComesIntoTheModel() throws IOException {
    Files.write(folder.resolve("e.data"), new byte[] {9, 9, 1, 2, 3, 4, 9});
    TensorProto tensor = inlined(withExternal("e.data", 2, 4));
    assertEquals(ByteString.copyFrom(new byte[] {1, 2, 3, 4}), tensor.getRawData());
    assertEquals(TensorProto.DataLocation.DEFAULT, tensor.getDataLocation());
    assertEquals(0, tensor.getExternalDataCount());
    assertEquals("w", tensor.getName());
  }

  @Test
  void externalDataThatIsMissingShortOrElsewhereIsRefused() throws IOException {
    Files.write(folder.resolve("e.data"), new byte[7]);
    assertBad("there is no readable file", withExternal("none.data", 0, 4));
    assertBad("has 7 bytes", withExternal("e.data", 4, 4));
    assertBad("has 7 bytes", withExternal("e.data", 1L << 62, 4));
    assertBad("leads out of its folder", withExternal("../e.data", 0, 4));
    assertBad("leads out of its folder", withExternal(folder.resolve("e.data").toString(), 0, 4));
    assertBad("place of external data", withExternal("e.data", -1, 4));
  }

  @Test
  void externalDataThatIsALinkOutOfTheFolderIsRefused() throws IOException {
    Path secret = Files.write(Files.createTempFile("npu4j-test", ".data"), new byte[7]);
    try {
      Files.createSymbolicLink(folder.resolve("l.data"), secret);
      assertBad("leads out of its folder", withExternal("l.data", 0, 4));
    } finally {
      Files.delete(secret);
    }
  }

  private void assertBad(String words, ModelProto.Builder model) {
    assertTrue(
        assertThrows(BadModelException.class, () -> inlined(model)).getMessage().contains(words));
  }

  @Test
  void anEpContextModelIsWrittenAsItIsRead() throws IOException {
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .addInput(value("x", FLOAT, 1, 4))
            .addOutput(value("y", FLOAT, 1, 4))
            .addNode(OnnxModels.epContext("graph_1", 0, ByteString.copyFromUtf8("old_qnn.bin")));
    OnnxModel source =
        OnnxModel.read(
            OnnxModels.write(folder.resolve("c.onnx"), OnnxModels.model(graph).setIrVersion(14)));
    Path target = folder.resolve("16.ctx.onnx");
    EpContextModel.relocated(source, "16.bin").writeTo(target);

    OnnxModel moved = OnnxModel.read(target);
    assertTrue(EpContextNode.areAllOf(moved));
    assertEquals("16.bin", EpContextNode.in(moved).getFirst().contextFile());
    assertEquals("graph_1", EpContextNode.in(moved).getFirst().partition());
    assertEquals(source.graph().inputs(), moved.graph().inputs());
    assertEquals(source.graph().outputs(), moved.graph().outputs());
    assertTrue(moved.irVersion() <= 10);
    ModelProto proto = ModelProto.parseFrom(Files.readAllBytes(target));
    assertEquals("com.microsoft", proto.getGraph().getNode(0).getDomain());
    assertEquals(List.of("x"), proto.getGraph().getNode(0).getInputList());
  }
}
