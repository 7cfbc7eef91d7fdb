package io.github.npu4j.family.bert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.onnx.GraphBuilder;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.TinyBert;
import io.github.npu4j.store.Progress;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BertReaderTest {

  @TempDir private Path folder;

  @Test
  void readsWhatAnEncoderIsMadeOf() throws Exception {
    try (GraphConstants graph =
        new GraphConstants(
            OnnxModel.read(new TinyBert().write(folder.resolve("m.onnx"))).graph())) {
      BertEncoder encoder = BertReader.read(graph);
      assertEquals("input_ids", encoder.ids());
      assertEquals("attention_mask", encoder.mask());
      assertEquals("token_type_ids", encoder.types());
      assertEquals("last_hidden_state", encoder.output());
      assertEquals(2, encoder.heads());
      assertEquals(-3.4028235e38f, encoder.maskedOut());
      assertEquals(2, encoder.layers().size());
      assertEquals(1e-6f, encoder.layers().getFirst().done().epsilon());
      assertEquals(Shape.of(20, 8), graph.spec(encoder.embeddings().words()).shape());
      assertEquals(Shape.of(12, 8), graph.spec(encoder.embeddings().positions()).shape());
      assertEquals(Shape.of(2, 8), graph.spec(encoder.embeddings().types()).shape());
      assertEquals(Shape.of(8, 16), graph.spec(encoder.layers().getLast().up().matrix()).shape());
    }
  }

  static Stream<Arguments> others() {
    return Stream.of(
        Arguments.of("tokens are fixed", new TinyBert().length(8)),
        Arguments.of("another scale", new TinyBert().scale(2.5)),
        Arguments.of("masks by little", new TinyBert().maskedOut(-10)),
        Arguments.of("no GELU", new TinyBert().half(0.6f)),
        Arguments.of("positions from 2", new TinyBert().firstPosition(2)),
        Arguments.of("Softmax over queries", new TinyBert().softmaxAxis(2)),
        Arguments.of("attends to something else", new TinyBert().attendsToSum()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("others")
  void leavesAloneWhatDiffersInOnePlace(String difference, TinyBert other) throws IOException {
    try (GraphConstants graph =
        new GraphConstants(OnnxModel.read(other.write(folder.resolve("m.onnx"))).graph())) {
      PatternMismatch said =
          assertThrows(PatternMismatch.class, () -> BertReader.read(graph), difference);
      assertTrue(String.valueOf(said.getMessage()).length() > 5, difference);
    }
  }

  @Test
  void leavesAloneWhatIsNoEncoder() throws IOException {
    GraphBuilder sum = new GraphBuilder("sum", 17);
    GraphBuilder.Value x = sum.input("x", ElementType.FLOAT32, "a", "b", "c");
    sum.output("y", sum.op("Add", x, x), ElementType.FLOAT32, "a", "b", "c");
    sum.write(folder.resolve("m.onnx"), Progress.NONE);
    try (GraphConstants graph =
        new GraphConstants(OnnxModel.read(folder.resolve("m.onnx")).graph())) {
      assertThrows(PatternMismatch.class, () -> BertReader.read(graph));
    }
  }

  @Test
  void endsWithAnErrorInAnyDamagedFile() throws IOException {
    byte[] whole = Files.readAllBytes(new TinyBert().write(folder.resolve("m.onnx")));
    Path cut = folder.resolve("cut.onnx");
    for (int length = 1; length < whole.length; length += 97) {
      Files.write(cut, java.util.Arrays.copyOf(whole, length));
      assertThrows(BadModelException.class, () -> OnnxModel.read(cut), "at " + length);
    }
    java.util.Random random = new java.util.Random(4);
    for (int round = 0; round < 300; round++) {
      byte[] changed = whole.clone();
      for (int i = 0; i < 4; i++) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      Files.write(cut, changed);
      try (GraphConstants graph = new GraphConstants(OnnxModel.read(cut).graph())) {
        BertForm.of(graph, BertReader.read(graph));
      } catch (BadModelException | PatternMismatch _) {
        // either is an answer; another exception fails the test
      }
    }
  }
}
