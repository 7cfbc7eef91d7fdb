package io.github.npu4j.onnx;

import static io.github.npu4j.onnx.OnnxModels.FLOAT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxFileTest {

  @TempDir private Path folder;

  private OnnxFile read(ModelProto.Builder model) {
    return OnnxFile.read(OnnxModels.write(folder.resolve("model.onnx"), model));
  }

  private static TensorProto.Builder weights(String name) {
    return TensorProto.newBuilder().setName(name).setDataType(FLOAT).addDims(4);
  }

  private static TensorProto.Builder external(String name, String location) {
    return weights(name)
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(StringStringEntryProto.newBuilder().setKey("location").setValue(location))
        .addExternalData(StringStringEntryProto.newBuilder().setKey("offset").setValue("0"));
  }

  @Test
  void readsWhatAModelSaysOfItself() {
    ModelProto.Builder model = OnnxModels.relu("batch", 16);
    model
        .setProducerVersion("1.0")
        .addMetadataProps(StringStringEntryProto.newBuilder().setKey("k").setValue("v"));
    OnnxFile file = read(model);

    assertEquals(8, file.irVersion());
    assertEquals("test 1.0", file.producer());
    assertEquals(Map.of("", 17L), file.opsets());
    assertEquals(Map.of("k", "v"), file.metadata());
    assertEquals("small", file.graphName());
    assertEquals(List.of(new Node("relu", "Relu", "", "y")), file.nodes());
    assertEquals("x: FLOAT32 [batch, 16]", file.inputs().getFirst().toString());
    assertEquals(
        new TensorSpec("y", ElementType.FLOAT32, Shape.of(Shape.DYNAMIC, 16)),
        file.outputs().getFirst().spec().orElseThrow());
    assertFalse(file.inputs().getFirst().isStatic());
    assertFalse(file.isCompiled());
  }

  @Test
  void anInitializerAmongTheInputsIsNotAnInput() {
    ModelProto.Builder model = OnnxModels.relu(1, 4);
    model
        .getGraphBuilder()
        .addInput(OnnxModels.value("w", FLOAT, 4))
        .addInitializer(weights("w").setRawData(ByteString.copyFrom(new byte[16])));
    assertEquals(List.of("x"), read(model).inputs().stream().map(ValueInfo::name).toList());
  }

  @Test
  void findsExternalDataAlsoInsideTheBodiesOfNodes() {
    GraphProto.Builder body =
        GraphProto.newBuilder().addInitializer(external("inner", "inner.data"));
    NodeProto.Builder loop = NodeProto.newBuilder().setOpType("If").addOutput("z");
    loop.addAttributeBuilder().setName("then_branch").setG(body);
    ModelProto.Builder model = OnnxModels.relu(1, 4);
    model.getGraphBuilder().addInitializer(external("w", "model.onnx.data")).addNode(loop);
    assertEquals(Set.of("model.onnx.data", "inner.data"), read(model).externalData());
  }

  @Test
  void readsEpContextNodesOfBothKinds() throws IOException {
    ModelProto.Builder beside =
        OnnxModels.model(
            GraphProto.newBuilder()
                .addNode(OnnxModels.epContext("g1", 0, ByteString.copyFromUtf8("m_qnn.bin"))));
    OnnxFile file = read(beside);
    assertTrue(file.isCompiled());
    EpContextNode node = file.epContexts().getFirst();
    assertEquals("m_qnn.bin", node.contextFile());
    assertEquals("g1", node.partition());
    assertEquals("QNN", node.source());
    assertTrue(node.main());

    byte[] binary = new byte[5000];
    new Random(1).nextBytes(binary);
    ModelProto.Builder inside =
        OnnxModels.model(
            GraphProto.newBuilder()
                .addNode(OnnxModels.epContext("g1", 1, ByteString.copyFrom(binary))));
    OnnxFile embedded = read(inside);
    EpContextNode.Range range = embedded.epContexts().getFirst().embedded();
    assertEquals(null, embedded.epContexts().getFirst().contextFile());
    byte[] whole = Files.readAllBytes(embedded.path());
    int from = (int) range.offset();
    assertTrue(Arrays.equals(binary, Arrays.copyOfRange(whole, from, from + 5000)));
    assertEquals(5000, range.length());
  }

  @Test
  void everyTruncationIsAnErrorInWords() throws IOException {
    ModelProto.Builder model = OnnxModels.relu("batch", 16);
    byte[] whole = model.build().toByteArray();
    Path file = folder.resolve("cut.onnx");
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      try {
        OnnxFile cut = OnnxFile.read(file);
        // A cut between the model's last fields leaves a well-formed, shorter model.
        assertEquals(8, cut.irVersion());
        assertEquals(1, cut.nodes().size());
      } catch (BadModelException refused) {
        assertTrue(refused.getMessage().contains("cut.onnx"), refused.getMessage());
      }
    }
  }

  @Test
  void changedBytesNeverEndInAnythingButABadModel() throws IOException {
    ModelProto.Builder model = OnnxModels.relu("batch", 16);
    model.getGraphBuilder().addInitializer(external("w", "model.onnx.data"));
    byte[] whole = model.build().toByteArray();
    Random random = new Random(7);
    Path file = folder.resolve("changed.onnx");
    int refused = 0;
    for (int round = 0; round < 2000; round++) {
      byte[] changed = whole.clone();
      for (int count = 1 + random.nextInt(8); count > 0; count--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      }
      Files.write(file, changed);
      try {
        OnnxFile.read(file);
      } catch (BadModelException expected) {
        refused++;
      }
    }
    assertTrue(refused > 500, refused + " of 2000 refused");
  }

  @Test
  void otherFormatsAreRefused() throws IOException {
    Path file = folder.resolve("text.onnx");
    Files.writeString(
        file, "version https://example.invalid/spec/v1\noid sha256:00\nsize 90387606\n");
    assertTrue(
        assertThrows(BadModelException.class, () -> OnnxFile.read(file))
            .getMessage()
            .contains("is not an ONNX model"));
    Files.write(file, new byte[4096]);
    assertThrows(BadModelException.class, () -> OnnxFile.read(file));
    assertThrows(BadModelException.class, () -> OnnxFile.read(folder));
    assertThrows(ModelMissingException.class, () -> OnnxFile.read(folder.resolve("none.onnx")));
  }

  @Test
  void aFileBeyondProtobufsLimitIsRefusedBeforeItIsMapped() throws IOException {
    Path file = folder.resolve("huge.onnx");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(OnnxFile.MAX_BYTES + 1);
    }
    BadModelException refused = assertThrows(BadModelException.class, () -> OnnxFile.read(file));
    assertTrue(refused.advice().contains("external data"));
  }

  @Test
  void manyEmptyMessagesDoNotFillTheHeap() throws IOException {
    // graph { node {} node {} ... }: two bytes a node in the file, an object each in memory.
    int count = 1_100_000;
    byte[] bytes = new byte[2 + 6 + 2 * count];
    bytes[0] = 0x08;
    bytes[1] = 8;
    bytes[2] = 0x3a;
    int length = 2 * count;
    for (int index = 0; index < 5; index++) {
      bytes[3 + index] = (byte) (length >>> (7 * index) & 0x7f | (index < 4 ? 0x80 : 0));
    }
    for (int index = 8; index < bytes.length; index += 2) {
      bytes[index] = 0x0a;
    }
    Path file = Files.write(folder.resolve("many.onnx"), bytes);
    assertTrue(
        assertThrows(BadModelException.class, () -> OnnxFile.read(file))
            .getMessage()
            .contains("more than 1000000 nodes"));
  }
}
