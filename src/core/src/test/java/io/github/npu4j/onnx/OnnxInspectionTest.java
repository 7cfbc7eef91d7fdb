package io.github.npu4j.onnx;

import static io.github.npu4j.onnx.OnnxModels.FLOAT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.github.npu4j.onnx.epcontext.EpContextNode;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxInspectionTest {

  @TempDir private Path folder;

  private OnnxModel read(ModelProto.Builder model) {
    return OnnxModel.read(OnnxModels.write(folder.resolve("model.onnx"), model));
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
    OnnxModel file = read(model);

    assertEquals(8, file.irVersion());
    assertEquals("test 1.0", file.producer());
    assertEquals(Map.of("", 17L), file.opsets());
    assertEquals(Map.of("k", "v"), file.metadata());
    assertEquals("small", file.graph().name());
    OnnxNode node = file.graph().nodes().getFirst();
    assertEquals(1, file.graph().nodes().size());
    assertEquals("relu (Relu)", node.toString());
    assertEquals("", node.domain());
    assertEquals(List.of("y"), node.outputs());
    assertEquals("x: FLOAT32 [batch, 16]", file.graph().inputs().getFirst().toString());
    assertEquals(
        new TensorSpec("y", ElementType.FLOAT32, Shape.of(Shape.DYNAMIC, 16)),
        file.graph().outputs().getFirst().spec().orElseThrow());
    assertFalse(file.graph().inputs().getFirst().isStatic());
    assertFalse(EpContextNode.areAllOf(file));
  }

  @Test
  void anInitializerAmongTheInputsIsNotAnInput() {
    ModelProto.Builder model = OnnxModels.relu(1, 4);
    model
        .getGraphBuilder()
        .addInput(OnnxModels.value("w", FLOAT, 4))
        .addInitializer(weights("w").setRawData(ByteString.copyFrom(new byte[16])));
    assertEquals(
        List.of("x"), read(model).graph().requiredInputs().stream().map(ValueInfo::name).toList());
  }

  @Test
  void findsExternalDataAlsoInsideTheBodiesOfNodes() {
    GraphProto.Builder body =
        GraphProto.newBuilder().addInitializer(external("inner", "inner.data"));
    NodeProto.Builder loop = NodeProto.newBuilder().setOpType("If").addOutput("z");
    loop.addAttributeBuilder().setName("then_branch").setG(body);
    ModelProto.Builder model = OnnxModels.relu(1, 4);
    model.getGraphBuilder().addInitializer(external("w", "model.onnx.data")).addNode(loop);
    assertEquals(Set.of("model.onnx.data", "inner.data"), read(model).externalLocations());
  }

  @Test
  void readsEpContextNodesOfBothKinds() {
    ModelProto.Builder beside =
        OnnxModels.model(
            GraphProto.newBuilder()
                .addNode(OnnxModels.epContext("g1", 0, ByteString.copyFromUtf8("m_qnn.bin"))));
    OnnxModel file = read(beside);
    assertTrue(EpContextNode.areAllOf(file));
    EpContextNode node = EpContextNode.in(file).getFirst();
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
    OnnxModel embedded = read(inside);
    ByteSource context = EpContextNode.in(embedded).getFirst().embedded();
    assertEquals(null, EpContextNode.in(embedded).getFirst().contextFile());
    byte[] found = new byte[5000];
    context.copyInto(MemorySegment.ofArray(found));
    assertArrayEquals(binary, found);
    assertEquals(5000, context.byteSize());
  }
}
