package io.github.npu4j.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.artifact.ModelDescription;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.artifact.VectorOutput;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.numeric.Pooling;
import io.github.npu4j.numeric.Similarity;
import io.github.npu4j.onnx.GraphBuilder;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.store.Progress;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Encoders in folders as their makers save them: what is read, what is refused, and the values. */
class OwnEncoderIT {

  private static final float TOLERANCE = 1e-5f;
  private static final VectorOutput HIDDEN = VectorOutput.UNKNOWN.withName("token_embeddings");

  @TempDir Path temp;

  private static Path resource(String name) {
    try {
      return Path.of(OwnEncoderIT.class.getResource("/own-encoder/" + name).toURI());
    } catch (URISyntaxException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private Path copy(String name) throws IOException {
    Path from = resource(name);
    Path to = temp.resolve(name);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
    return to;
  }

  private static EmbedderOptions onCpu() {
    return EmbedderOptions.defaults().withDevice(Device.CPU);
  }

  /** The values that SentenceTransformer.encode gave for the folder. */
  private static float[][] right() throws IOException {
    ByteBuffer file =
        ByteBuffer.wrap(Files.readAllBytes(resource("cls.npy"))).order(ByteOrder.LITTLE_ENDIAN);
    float[][] rows = new float[2][32];
    file.position(file.capacity() - 2 * 32 * Float.BYTES);
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = file.getFloat();
      }
    }
    return rows;
  }

  @Test
  void aFolderOfSentenceTransformersGivesItsVectors() throws IOException {
    try (Embedder embedder = Embedder.open(resource("cls"), onCpu())) {
      List<float[]> vectors =
          embedder.embedAll(List.of("wake me at seven", "play some jazz in the kitchen please"));
      assertArrayEquals(right()[0], vectors.get(0), TOLERANCE);
      assertArrayEquals(right()[1], vectors.get(1), TOLERANCE);
      assertEquals(64, embedder.maxInputTokens());
    }
  }

  @Test
  void poolingItAsItsFilesSayGivesTheSame() throws IOException {
    ModelDescription hidden = ModelDescription.unknown().withOutput(HIDDEN);
    EncoderDescription known = EncoderDescription.of(ModelFolder.open(resource("cls")), hidden);
    assertTrue(
        known
            .facts()
            .contains(new EncoderDescription.Fact("pooling", "cls", "1_Pooling/config.json")));
    try (Embedder embedder = Embedder.open(resource("cls"), onCpu().withDescription(hidden))) {
      assertArrayEquals(right()[0], embedder.embed("wake me at seven"), TOLERANCE);
    }
  }

  @Test
  void whatIsKnownOfItNamesTheFile() {
    EncoderDescription known =
        EncoderDescription.of(ModelFolder.open(resource("cls")), ModelDescription.unknown());
    ModelDescription description = known.description();
    assertEquals(ModelDescription.Kind.EMBEDDING, description.kind());
    assertEquals("bert", description.family().orElseThrow());
    assertEquals("sentence_embedding", description.output().name().orElseThrow());
    assertEquals(List.of(), description.output().pooling(), "the graph has pooled");
    assertEquals(true, description.output().normalized().orElseThrow());
    assertEquals(32, description.output().dimensions().getAsInt());
    assertEquals(64, description.maximumLength().getAsInt());
    assertTrue(known.undecided().isEmpty());
    assertTrue(
        known.facts().contains(new EncoderDescription.Fact("normalized", "true", "modules.json")));
    assertTrue(
        known.facts().contains(new EncoderDescription.Fact("maximumLength", "64", "config.json")));
  }

  @Test
  void whatIsKeptInTheFolderOpensTheSame() throws IOException {
    Path folder = copy("cls");
    EncoderDescription known =
        EncoderDescription.of(ModelFolder.open(folder), ModelDescription.unknown());
    ModelFolder.write(folder).description(known.description());
    Files.delete(folder.resolve("modules.json"));
    Files.delete(folder.resolve("config.json"));
    try (Embedder embedder = Embedder.open(folder, onCpu())) {
      assertArrayEquals(right()[0], embedder.embed("wake me at seven"), TOLERANCE);
    }
  }

  @Test
  void nothingIsGuessedWhereNoFileDecides() throws IOException {
    Path folder = copy("cls");
    Files.delete(folder.resolve("modules.json"));
    Files.delete(folder.resolve("1_Pooling/config.json"));
    ModelDescription hidden = ModelDescription.unknown().withOutput(HIDDEN);
    BadModelException refused =
        assertThrows(
            BadModelException.class, () -> Embedder.open(folder, onCpu().withDescription(hidden)));
    assertTrue(refused.why().contains("pooling"), refused.getMessage());
    assertTrue(refused.why().contains("normalization"), refused.getMessage());
    assertFalse(refused.why().contains("maximum length"), refused.getMessage());
    assertTrue(refused.advice().contains("withDescription"), refused.getMessage());
    ModelDescription said = hidden.withOutput(HIDDEN.withPooling(Pooling.CLS).withNormalized(true));
    try (Embedder embedder = Embedder.open(folder, onCpu().withDescription(said))) {
      assertArrayEquals(right()[0], embedder.embed("wake me at seven"), TOLERANCE);
    }
  }

  @Test
  void aTextLongerThanThePositionsIsCutAndSaid() throws IOException {
    Path folder = copy("length");
    ModelDescription said = ModelDescription.embedding(Pooling.MEAN, true);
    String text = Files.readString(resource("long.txt"), StandardCharsets.UTF_8).strip();
    try (Embedder embedder = Embedder.open(folder, onCpu().withDescription(said))) {
      assertEquals(64, embedder.maxInputTokens());
      Embedding cut = embedder.embedding(text);
      assertTrue(cut.truncated());
      assertEquals(102, cut.tokens());
    }
    // Without a word of any file, the table in the graph still says it.
    for (String file : List.of("config.json", "tokenizer_config.json")) {
      Files.delete(folder.resolve(file));
    }
    try (Embedder embedder = Embedder.open(folder, onCpu().withDescription(said))) {
      assertEquals(64, embedder.maxInputTokens());
      assertTrue(embedder.embedding(text).truncated());
    }
  }

  @Test
  void theGraphsOwnVectorIsUsed() {
    try (Embedder embedder = Embedder.open(resource("m3"), onCpu())) {
      assertEquals(32, embedder.dimensions());
      float[] vector = embedder.embed("wake me at seven");
      assertArrayEquals(
          new float[] {0.05497f, -0.01926f, 0.29638f, 0.31927f},
          Arrays.copyOf(vector, 4),
          TOLERANCE);
    }
  }

  @ParameterizedTest
  @CsvSource({"mlm, fill-mask", "rerank, reranker"})
  void scoresAreNoEmbedding(String folder, String what) {
    BadModelException refused =
        assertThrows(BadModelException.class, () -> Embedder.open(resource(folder), onCpu()));
    assertTrue(refused.getMessage().contains(what), refused.getMessage());
  }

  @Test
  void hiddenStatesAreFoundByTheirName() {
    Path folder = resource("twoout");
    VectorOutput named = VectorOutput.UNKNOWN.withName("token_embeddings");
    try (Embedder embedder = Embedder.open(folder, onCpu());
        Embedder byName =
            Embedder.open(
                folder, onCpu().withDescription(ModelDescription.unknown().withOutput(named)))) {
      float[] vector = embedder.embed("wake me at seven");
      assertEquals(1, Similarity.dot(vector, byName.embed("wake me at seven")), 1e-5);
    }
    BadModelException refused =
        assertThrows(
            BadModelException.class,
            () ->
                Embedder.open(
                    folder,
                    onCpu()
                        .withDescription(
                            ModelDescription.unknown()
                                .withOutput(VectorOutput.UNKNOWN.withName("nope")))));
    assertTrue(refused.getMessage().contains("token_embeddings"), refused.getMessage());
  }

  @Test
  void denseLayersAreApplied() throws IOException {
    Path folder = copy("cls");
    Path dense = Files.createDirectory(folder.resolve("2_Dense"));
    Files.writeString(
        dense.resolve("config.json"),
        "{\"in_features\":32,\"out_features\":2,\"bias\":true,"
            + "\"activation_function\":\"torch.nn.modules.activation.Tanh\"}");
    float[] weights = new float[64];
    weights[0] = 1;
    weights[32 + 1] = 2;
    Files.write(dense.resolve("model.safetensors"), safetensors(weights, new float[] {0, 0.5f}));
    List<String> modules = new ArrayList<>(Files.readAllLines(folder.resolve("modules.json")));
    String text = String.join("\n", modules).replace("2_Normalize", "2_Dense");
    Files.writeString(
        folder.resolve("modules.json"),
        text.replace(
            "sentence_transformers.sentence_transformer.modules.normalize.Normalize",
            "sentence_transformers.base.modules.dense.Dense"));
    ModelDescription plain =
        ModelDescription.unknown()
            .withOutput(HIDDEN.withPooling(Pooling.CLS).withNormalized(false));
    ModelDescription hidden = ModelDescription.unknown().withOutput(HIDDEN);
    try (Embedder embedder = Embedder.open(folder, onCpu().withDescription(hidden));
        Embedder before = Embedder.open(resource("cls"), onCpu().withDescription(plain))) {
      float[] pooled = before.embed("wake me at seven");
      float[] vector = embedder.embed("wake me at seven");
      assertEquals(2, embedder.dimensions());
      assertEquals(Math.tanh(pooled[0]), vector[0], 1e-5);
      assertEquals(Math.tanh(2 * pooled[1] + 0.5), vector[1], 1e-5);
    }
  }

  private static byte[] safetensors(float[] weight, float[] bias) {
    String header =
        "{\"linear.weight\":{\"dtype\":\"F32\",\"shape\":[2,32],\"data_offsets\":[0,256]},"
            + "\"linear.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[256,264]}}";
    header += " ".repeat((8 - header.length() % 8) % 8);
    ByteBuffer file = ByteBuffer.allocate(8 + header.length() + 264).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(header.length()).put(header.getBytes(StandardCharsets.US_ASCII));
    for (float value : weight) {
      file.putFloat(value);
    }
    for (float value : bias) {
      file.putFloat(value);
    }
    return file.array();
  }

  @Test
  void aDynamicallyQuantizedModelGivesATextTheSameVectorInAnyCompany() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("quantized"));
    GraphBuilder graph = new GraphBuilder("quantized", 17);
    GraphBuilder.Value token = graph.input("input_ids", ElementType.INT64, "batch", "length");
    float[] table = new float[800 * 4];
    for (int i = 0; i < table.length; i++) {
      table[i] = (float) Math.sin(i) * (1 + i / 400f); // later words have a wider range
    }
    GraphBuilder.Value states = graph.op("Gather", graph.numbers(table, Shape.of(800, 4)), token);
    List<GraphBuilder.Value> bytes = graph.node("DynamicQuantizeLinear", states).outputs(3);
    GraphBuilder.Value back =
        graph.op("DequantizeLinear", bytes.get(0), bytes.get(1), bytes.get(2));
    graph.output("last_hidden_state", back, ElementType.FLOAT32, "batch", "length", 4L);
    graph.write(folder.resolve(ModelFolder.ONNX), Progress.NONE);
    Files.copy(resource("m3/tokenizer.json"), folder.resolve(ModelFolder.TOKENIZER));
    ModelFolder.write(folder)
        .description(ModelDescription.embedding(Pooling.MEAN, true).withMaximumLength(64));
    List<String> texts =
        List.of("wake me at seven", "play some jazz in the kitchen please", "x", "at seven me");
    try (Embedder embedder = Embedder.open(folder, onCpu())) {
      List<float[]> among = embedder.embedAll(texts);
      for (int i = 0; i < texts.size(); i++) {
        assertArrayEquals(embedder.embed(texts.get(i)), among.get(i), texts.get(i));
      }
    }
  }

  @Test
  void whatTheFilesAskForAndIsNotDoneIsRefusedByName() throws IOException {
    Path folder = copy("cls");
    Path modules = folder.resolve("modules.json");
    Files.writeString(
        modules, Files.readString(modules).replace("normalize.Normalize", "router.Router"));
    BadModelException refused =
        assertThrows(BadModelException.class, () -> Embedder.open(folder, onCpu()));
    assertTrue(refused.getMessage().contains("Router"), refused.getMessage());
  }
}
