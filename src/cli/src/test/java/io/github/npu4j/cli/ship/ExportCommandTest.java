package io.github.npu4j.cli.ship;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.npu4j.artifact.ModelDescription;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.cli.Terminal;
import io.github.npu4j.cli.console.ExitCode;
import io.github.npu4j.testing.SafetensorsEdit;
import io.github.npu4j.testing.SpieceProtos;
import io.github.npu4j.testing.T5Fixture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExportCommandTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private Path checkpoint;
  private Path out;
  private final Terminal terminal = new Terminal();

  @BeforeEach
  void writeCheckpoint() throws IOException {
    checkpoint = folder.resolve("checkpoint");
    out = folder.resolve("out");
    T5Fixture.named("gated-untied").write(checkpoint);
  }

  @Test
  void makesAModelFolderAndSaysWhatIsNext() throws IOException {
    assertEquals(ExitCode.DONE, export(), terminal.notices());
    assertEquals("", terminal.notices());
    assertTrue(terminal.results().contains("2+2 layers, 48 wide, 4 heads, 160 tokens"));
    assertTrue(
        terminal.results().contains("npu4j compile " + out + " --soc x-elite"), terminal.results());
    for (String file :
        List.of(
            "t5_nlu_full/encoder_model.onnx",
            "t5_nlu_full/decoder_model.onnx",
            "t5_nlu_full/decoder_with_past_model.onnx",
            "t5_nlu_full/config.json",
            "t5_nlu_full/generation_config.json",
            "tokenizer/tokenizer.json")) {
      assertTrue(Files.size(out.resolve(file)) > 0, file);
      assertTrue(terminal.results().contains(file), file);
    }
    ModelDescription description = ModelFolder.open(out).description();
    assertEquals(ModelDescription.Kind.SEQ2SEQ, description.kind());
    assertEquals("160", description.settings().get("vocabulary"));
    assertEquals("32,64", description.settings().get("buckets"));
    assertEquals("16", description.settings().get("keySize"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"near-buckets", "pickled", "five-heads"})
  void readsEveryFormOfWeights(String fixture) throws IOException {
    Path source = folder.resolve(fixture);
    T5Fixture.named(fixture).write(source);
    assertEquals(
        ExitCode.DONE, terminal.run("export", source.toString(), out.toString(), "--json"));
    JsonNode report = JSON.readTree(terminal.results());
    assertEquals("npu4j.json", report.get("files").get(0).get("file").asText());
    assertTrue(report.get("checkpointBytes").asLong() > 0);
    assertEquals("t5", report.get("config").get("modelType").asText());
  }

  @Test
  void writesTheGenerationsConfigurationThatIsNotThere() throws IOException {
    Files.delete(checkpoint.resolve("generation_config.json"));
    assertEquals(ExitCode.DONE, export(), terminal.notices());
    JsonNode made = JSON.readTree(out.resolve("t5_nlu_full/generation_config.json").toFile());
    assertEquals(0, made.get("decoder_start_token_id").asInt());
    assertEquals(1, made.get("eos_token_id").get(0).asInt());
  }

  @Test
  void byT5NeedsNoTokenizersFile() throws IOException {
    Files.delete(checkpoint.resolve("tokenizer.json"));
    configure(config -> config.put("tokenizer_class", "ByT5Tokenizer"));
    assertEquals(ExitCode.DONE, export(), terminal.notices());
    assertTrue(
        Files.readString(out.resolve("tokenizer/tokenizer_config.json")).contains("ByT5Tokenizer"));
    assertEquals("tokenizer_config.json", tokenizer());
  }

  @Test
  void usesSentencePiecesModelWhereThereIsNoOther() throws IOException {
    assertEquals(ExitCode.DONE, export(), terminal.notices());
    assertEquals("tokenizer.json", tokenizer());
    Files.delete(checkpoint.resolve("tokenizer.json"));
    byte[] pieces = SpieceProtos.t5().piece("\u2581", -2).piece("a", -3).build();
    Files.write(checkpoint.resolve("spiece.model"), pieces);
    assertEquals(
        ExitCode.DONE,
        terminal.run("export", checkpoint.toString(), out.toString(), "--replace"),
        terminal.notices());
    assertEquals("spiece.model", tokenizer());
    assertArrayEquals(pieces, Files.readAllBytes(out.resolve("tokenizer/spiece.model")));
    JsonNode json = JSON.readTree(out.resolve("tokenizer/tokenizer.json").toFile());
    assertEquals(5 + 100, json.at("/model/vocab").size());
  }

  private String tokenizer() {
    return ModelFolder.open(out).description().settings().get(ModelDescription.TOKENIZER);
  }

  @Test
  void leavesAFolderThatIsNotEmptyUnlessToldOtherwise() throws IOException {
    assertEquals(ExitCode.DONE, export());
    assertRefused("it is not empty");
    assertEquals(
        ExitCode.DONE,
        terminal.run(
            "export", checkpoint.toString(), out.toString(), "--replace", "--seq", "16,8"));
    assertEquals("8,16", ModelFolder.open(out).description().settings().get("buckets"));
  }

  @Test
  void neverReplacesAFolderThatHoldsTheCheckpoint() throws IOException {
    Files.writeString(folder.resolve("npu4j.json"), "{}");
    assertEquals(
        ExitCode.BAD,
        terminal.run("export", checkpoint.toString(), folder.toString(), "--replace"));
    assertOneSentence("the checkpoint is in it");
    assertTrue(Files.exists(checkpoint.resolve("model.safetensors")));
  }

  @Test
  void lengthsOutOfRangeAreRefused() {
    assertEquals(
        ExitCode.BAD,
        terminal.run("export", checkpoint.toString(), out.toString(), "--seq", "32,0"));
    assertOneSentence("a length of 0");
  }

  @Test
  void noCheckpointFolderIsExitThree() {
    assertEquals(ExitCode.MISSING, terminal.run("export", folder + "/none", out.toString()));
    assertOneSentence("there is no checkpoint folder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", "model.safetensors", "tokenizer.json"})
  void missingFileIsNamed(String file) throws IOException {
    Files.delete(checkpoint.resolve(file));
    assertRefused(file);
  }

  @Test
  void missingShardIsNamed() throws IOException {
    checkpoint = folder.resolve("sharded");
    T5Fixture.named("wide").write(checkpoint);
    Files.delete(checkpoint.resolve("model-00002-of-00002.safetensors"));
    assertRefused("model-00002-of-00002.safetensors");
  }

  @Test
  void tensorOfTheWrongShapeIsNamed() throws IOException {
    configure(config -> config.put("d_ff", 81));
    assertRefused("DenseReluDense.wi_0.weight has the shape 80x48, and config.json asks for 81x48");
  }

  @Test
  void missingTensorIsNamed() throws IOException {
    configure(config -> config.put("num_decoder_layers", 3));
    assertRefused("it has no tensor decoder.block.2.layer.0.SelfAttention.q.weight");
    configure(config -> config.put("num_decoder_layers", 2));
    rename("lm_head.weight", "lm_headdweight");
    assertRefused("lm_headdweight is left over");
  }

  @Test
  void untiedOutputLayerMustBeThere() throws IOException {
    checkpoint = folder.resolve("tied");
    T5Fixture.named("relu-tied").write(checkpoint);
    configure(config -> config.put("tie_word_embeddings", false));
    assertRefused("it has no tensor lm_head.weight");
  }

  @Test
  void leftOverTensorIsNamed() throws IOException {
    configure(config -> config.put("num_layers", 1));
    assertRefused("encoder.block.1.layer.0.SelfAttention.k.weight is left over");
  }

  @Test
  void tensorOfTheWrongTypeIsNamed() throws IOException {
    Path file = checkpoint.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    String text = new String(bytes, StandardCharsets.ISO_8859_1).replace("\"F16\"", "\"I16\"");
    Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
    assertRefused("INT16");
  }

  @Test
  void unknownArchitectureIsNamed() throws IOException {
    configure(config -> config.put("model_type", "bart"));
    assertRefused("architecture \"bart\"");
  }

  @Test
  void unsupportedActivationIsNamed() throws IOException {
    configure(config -> config.put("feed_forward_proj", "gated-mish").remove("dense_act_fn"));
    assertRefused("activation \"mish\"");
  }

  @Test
  void truncatedSafetensorsAreRefused() throws IOException {
    Path file = checkpoint.resolve("model.safetensors");
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {0, 7, 100, whole.length / 2, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertRefused("model.safetensors");
    }
  }

  @Test
  void lyingSafetensorsHeaderIsRefused() throws IOException {
    Path file = checkpoint.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, Long.MAX_VALUE);
    Files.write(file, bytes);
    assertRefused("its header claims 9223372036854775807 bytes");
    writeCheckpoint();
    rename("\"shape\":[160,48]", "\"shape\":[161,48]");
    assertRefused("its data_offsets span");
  }

  @Test
  void pickleThatWouldRunSomethingIsRefused() throws IOException {
    Files.delete(checkpoint.resolve("model.safetensors"));
    byte[] call =
        "\u0080\u0002cposix\nsystem\nX\u0002\u0000\u0000\u0000ls\u0085R."
            .getBytes(StandardCharsets.ISO_8859_1);
    pickle(call);
    assertRefused("wants to import posix.system");
    pickle(new byte[] {(byte) 0x80, 2, 'i', 'o', 's', '\n', 'x', '\n', '.'});
    assertRefused("pytorch_model.bin");
  }

  @Test
  void aWeightThatIsNotFiniteIsNamed() throws IOException {
    new SafetensorsEdit(checkpoint).edit("shared.weight", values -> values[3] = Float.NaN);
    assertRefused("is NaN");
    assertRefused("shared.weight");
  }

  private void pickle(byte[] program) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("archive/data.pkl"));
      zip.write(program);
      zip.closeEntry();
    }
    Files.write(checkpoint.resolve("pytorch_model.bin"), bytes.toByteArray());
  }

  private void configure(Consumer<ObjectNode> change) throws IOException {
    Path file = checkpoint.resolve("config.json");
    ObjectNode config = (ObjectNode) JSON.readTree(file.toFile());
    change.accept(config);
    JSON.writeValue(file.toFile(), config);
  }

  /** Replaces a text in the header by one of the same length. */
  private void rename(String from, String to) throws IOException {
    Path file = checkpoint.resolve("model.safetensors");
    String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    assertTrue(text.contains(from), from);
    String changed = text.replaceFirst(java.util.regex.Pattern.quote(from), to);
    Files.write(file, changed.getBytes(StandardCharsets.ISO_8859_1));
  }

  private int export() {
    return terminal.run("export", checkpoint.toString(), out.toString());
  }

  private void assertRefused(String why) {
    boolean before = Files.exists(out);
    assertEquals(ExitCode.BAD, export(), terminal.notices());
    assertOneSentence(why);
    assertEquals("", terminal.results());
    assertEquals(before, Files.exists(out));
  }

  private void assertOneSentence(String why) {
    assertTrue(terminal.notices().contains(why), terminal.notices());
    assertTrue(terminal.notices().startsWith("npu4j: "), terminal.notices());
    assertEquals(1, terminal.notices().lines().count(), terminal.notices());
    assertFalse(terminal.notices().contains("Exception"), terminal.notices());
  }
}
