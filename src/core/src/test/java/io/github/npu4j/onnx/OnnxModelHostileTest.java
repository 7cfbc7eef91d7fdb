package io.github.npu4j.onnx;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are no models, or no longer, or were never meant to be. */
class OnnxModelHostileTest {

  @TempDir private Path folder;

  private static ModelProto.Builder model() {
    ModelProto.Builder model = OnnxModels.relu("batch", 16);
    GraphProto.Builder body =
        GraphProto.newBuilder().addNode(OnnxModels.node("", "Neg", "inner", "x"));
    NodeProto.Builder node = OnnxModels.node("if", "If", "z", "y").toBuilder();
    node.addAttributeBuilder().setName("then_branch").setG(body);
    node.addAttributeBuilder().setName("axes").addInts(1).addInts(2).addFloats(3).setF(2);
    model
        .getGraphBuilder()
        .addNode(node)
        .addInitializer(
            TensorProto.newBuilder()
                .setName("w")
                .setDataType(1)
                .addDims(2)
                .setRawData(ByteString.copyFrom(new byte[8])))
        .addInitializer(
            TensorProto.newBuilder().setName("v").setDataType(7).addDims(2).addInt64Data(5));
    model.addMetadataPropsBuilder().setKey("k").setValue("v");
    return model;
  }

  /** Returns a model with a subgraph, constants of both kinds and metadata. */
  static byte[] seed() {
    return model().build().toByteArray();
  }

  private OnnxModel read(byte[] bytes) throws IOException {
    return OnnxModel.read(Files.write(folder.resolve("bad.onnx"), bytes));
  }

  /** Asks for all that is decoded late, and writes. */
  static void use(OnnxModel model) {
    refuse(model::opsets);
    refuse(model::metadata);
    refuse(model::externalFiles);
    refuse(() -> model.graph().links());
    refuse(() -> model.graph().requiredInputs());
    model
        .graph()
        .forEachGraph(graph -> {
          graph.inputs().forEach(value -> refuse(() -> value.named("other").spec()));
          for (OnnxNode node : graph.nodes()) {
            for (OnnxAttribute attribute : node.attributes()) {
              refuse(attribute::integers);
              refuse(attribute::floats);
              refuse(attribute::texts);
            }
          }
        });
    model.graph().forEachConstant(constant -> refuse(constant::bytes));
    model.graph().forEachConstant(constant -> refuse(constant::floats));
    refuse(() -> model.toMemory(Arena.ofAuto()));
  }

  private static void refuse(Runnable use) {
    try {
      use.run();
    } catch (BadModelException inWords) {
      // as it should be
    }
  }

  @Test
  void everyTruncationIsReadOrRefusedInWords() throws IOException {
    byte[] whole = model().build().toByteArray();
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      try {
        use(read(cut));
      } catch (BadModelException refused) {
        assertTrue(refused.getMessage().contains("bad.onnx"), refused.getMessage());
      }
    }
  }

  @Test
  void changedBytesNeverEndInAnythingButABadModel() {
    byte[] whole = model().build().toByteArray();
    Random random = new Random(7);
    int refused = 0;
    for (int round = 0; round < 5000; round++) {
      byte[] changed = whole.clone();
      for (int count = 1 + random.nextInt(8); count > 0; count--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      }
      try {
        use(OnnxModel.read(MemorySegment.ofArray(changed)));
      } catch (BadModelException expected) {
        refused++;
      }
    }
    int count = refused;
    assertTrue(count > 1000, () -> count + " of 5000 refused");
  }

  @Test
  void graphsInsideEachOtherEnd() {
    byte[] inner = {};
    for (int depth = 0; depth < 2000; depth++) {
      inner = message(1, message(5, message(6, inner)));
    }
    byte[] deep = inner;
    assertRefused("more than 16 graphs", concat(new byte[] {8, 8}, message(7, deep)));
  }

  @Test
  void manyEmptyMessagesDoNotFillTheHeap() {
    byte[] empty = {10, 0};
    assertRefused("more than 1000000 nodes", graphOf(repeat(empty, 1_100_000)));
    byte[] values = repeat(empty, 6_100_000);
    assertRefused("more than 6000000 parts", graphOf(message(1, values)));
    assertRefused("more than 100000 inputs", graphOf(repeat(new byte[] {11 << 3 | 2, 0}, 100_100)));
    // A list of one million integers, each a field of its own, is one part.
    byte[] integers = repeat(new byte[] {8 << 3, 1}, 1_000_000);
    byte[] node = message(1, message(5, integers));
    OnnxModel model = OnnxModel.read(MemorySegment.ofArray(graphOf(node)));
    long[] list = model.graph().nodes().getFirst().attributes().getFirst().integers();
    assertTrue(list.length == 1_000_000);
  }

  @Test
  void whatMayBeThereOnceIsNotThereTwice() {
    byte[] graph = message(7, new byte[0]);
    assertRefused("a second graph", concat(new byte[] {8, 8}, graph, graph));
    byte[] type = message(2, new byte[0]);
    assertRefused("a second type", graphOf(message(11, concat(type, type))));
    byte[] tensor = message(5, new byte[0]);
    assertRefused("a second value", graphOf(message(1, message(5, concat(tensor, tensor)))));
    assertRefused("no ONNX IR version", graph);
    assertRefused("no ONNX graph", new byte[] {8, 8});
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    assertThrows(BadModelException.class, () -> read(new byte[4096]));
    assertThrows(BadModelException.class, () -> OnnxModel.read(folder));
    assertThrows(ModelMissingException.class, () -> OnnxModel.read(folder.resolve("none.onnx")));
    Path huge = folder.resolve("huge.onnx");
    try (RandomAccessFile sparse = new RandomAccessFile(huge.toFile(), "rw")) {
      sparse.setLength(OnnxModel.MAX_BYTES + 1);
    }
    BadModelException refused = assertThrows(BadModelException.class, () -> OnnxModel.read(huge));
    assertTrue(refused.advice().contains("external data"));
  }

  private static void assertRefused(String why, byte[] bytes) {
    BadModelException refused =
        assertThrows(BadModelException.class, () -> OnnxModel.read(MemorySegment.ofArray(bytes)));
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
  }

  private static byte[] graphOf(byte[] content) {
    return concat(new byte[] {8, 8}, message(7, content));
  }

  private static byte[] message(int field, byte[] content) {
    return held(new ProtoWriter().bytes(field, ByteSource.of(content)));
  }

  private static byte[] held(ProtoWriter writer) {
    byte[] bytes = new byte[(int) writer.byteSize()];
    writer.copyInto(MemorySegment.ofArray(bytes));
    return bytes;
  }

  private static byte[] repeat(byte[] part, int count) {
    ByteArrayOutputStream all = new ByteArrayOutputStream(part.length * count);
    for (int i = 0; i < count; i++) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
