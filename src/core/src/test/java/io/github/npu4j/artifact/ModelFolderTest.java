package io.github.npu4j.artifact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.artifact.Manifest.Soc;
import io.github.npu4j.artifact.Manifest.Versions;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.numeric.Pooling;
import io.github.npu4j.store.Digest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFolderTest {

  private static final ModelDescription DESCRIPTION =
      ModelDescription.embedding(Pooling.MEAN, true)
          .withFamily("bert")
          .withOutput(
              VectorOutput.UNKNOWN
                  .withName("last_hidden_state")
                  .withPooling(Pooling.CLS, Pooling.MEAN)
                  .withDense(List.of("2_Dense"))
                  .withNormalized(true)
                  .withDimensions(384))
          .withPrefixes(new ModelDescription.Prefixes("query: ", "passage: "))
          .withMaximumLength(256)
          .withOrigin(new ModelDescription.Origin("somewhere", "Apache-2.0"))
          .withSetting("b", "2")
          .withSetting("a", "ä \"1\"");

  @TempDir Path temp;
  private Path some;

  @BeforeEach
  void makeAFile() throws IOException {
    some = Files.writeString(temp.resolve("some"), "content");
  }

  @Test
  void findsTheModelsOfAnEncoderAndADecoder() throws IOException {
    Path path = temp.resolve("t5");
    Path below = Files.createDirectories(path.resolve("full"));
    ModelFolder.write(path).description(DESCRIPTION);
    Files.copy(some, path.resolve("encoder.onnx"));
    Files.copy(some, path.resolve("encoder.onnx.data"));
    Files.copy(some, below.resolve("decoder.onnx"));

    assertEquals(
        List.of(path.resolve("encoder.onnx"), below.resolve("decoder.onnx")),
        ModelFolder.open(path).onnxFiles());
  }

  @Test
  void whatIsWrittenIsFound() throws IOException {
    Path path = temp.resolve("my model ü");
    ModelFolderWriter writer =
        ModelFolder.write(path).description(DESCRIPTION).onnx(some).tokenizer(some);
    writer.file("model.onnx.data", some);
    for (String length : List.of("128", "16", "shared")) {
      writer.context("x-elite", length, some, manifest(some), some);
    }
    writer.context("x2-elite", "32", some, manifest(some), null);

    ModelFolder folder = ModelFolder.open(path);
    assertEquals("my model ü", folder.name());
    assertFalse(folder.isBare());
    assertEquals(DESCRIPTION, folder.description());
    assertEquals(path.resolve("model.onnx"), folder.requireOnnx());
    assertEquals(List.of(path.resolve("model.onnx")), folder.onnxFiles(), "none of htp's");
    assertEquals(path.resolve("tokenizer.json"), folder.requireTokenizer());
    assertEquals(List.of("x-elite", "x2-elite"), folder.socs());
    assertEquals(
        List.of("16", "128", "shared"),
        folder.contexts("x-elite").stream().map(ContextFile::name).toList());
    ContextFile first = folder.contexts("x-elite").getFirst();
    assertEquals(OptionalInt.of(16), first.sequenceLength());
    assertEquals(folder.contextPath("x-elite", "16"), first.binary());
    assertEquals(manifest(some), first.manifest().orElseThrow());
    assertEquals("16.ctx.onnx", first.epContext().orElseThrow().getFileName().toString());
    assertEquals(OptionalInt.empty(), folder.contexts("x-elite").getLast().sequenceLength());
    assertTrue(folder.contexts("x2-elite").getFirst().epContext().isEmpty());
    try (var all = Files.walk(path)) {
      assertTrue(all.noneMatch(file -> file.getFileName().toString().startsWith(".")));
    }
  }

  @Test
  void aFileMayBeWrittenAgain() throws IOException {
    Path path = temp.resolve("m");
    ModelFolder.write(path).onnx(some);
    Path other = Files.writeString(temp.resolve("other"), "longer content");
    ModelFolder.write(path).onnx(other);
    ModelFolder.write(path).onnx(path.resolve("model.onnx"));
    assertEquals("longer content", Files.readString(path.resolve("model.onnx")));
  }

  @Test
  void namesThatLeadOutAreRefused() throws IOException {
    ModelFolderWriter writer = ModelFolder.write(temp.resolve("m"));
    for (String name : List.of("../x", "a/b", "", ".")) {
      assertThrows(IllegalArgumentException.class, () -> writer.file(name, some), name);
    }
    Manifest manifest = manifest(some);
    assertThrows(
        IllegalArgumentException.class, () -> writer.context("../x", "1", some, manifest, null));
    assertThrows(
        IllegalArgumentException.class, () -> writer.context("x", "a/1", some, manifest, null));
    assertThrows(
        IllegalArgumentException.class, () -> writer.context("..", "1", some, manifest, null));
  }

  @Test
  void bareFilesAreFoldersWithLittleInThem() throws IOException {
    ModelFolder onnx = ModelFolder.open(Files.copy(some, temp.resolve("a.onnx")));
    assertTrue(onnx.isBare());
    assertEquals("a", onnx.name());
    assertTrue(onnx.onnx().isPresent());
    assertTrue(onnx.contexts().isEmpty());
    assertEquals(ModelDescription.unknown(), onnx.description());

    ModelFolder binary = ModelFolder.open(Files.copy(some, temp.resolve("b.BIN")));
    assertEquals(1, binary.contexts().size());
    assertTrue(binary.contexts().getFirst().manifest().isEmpty());
    ModelMissingException noCpu = assertThrows(ModelMissingException.class, binary::requireOnnx);
    assertTrue(noCpu.getMessage().contains("no ONNX model"), noCpu.getMessage());
    assertThrows(ModelMissingException.class, binary::requireTokenizer);

    ModelFolder ep = ModelFolder.open(Files.copy(some, temp.resolve("c.ctx.onnx")));
    assertTrue(ep.onnx().isEmpty());
    assertTrue(ep.epContext().isPresent());
  }

  @Test
  void whatIsNoModelIsSaidInWords() throws IOException {
    assertThrows(ModelMissingException.class, () -> ModelFolder.open(temp.resolve("absent")));
    Path empty = Files.createDirectory(temp.resolve("empty"));
    ModelMissingException none =
        assertThrows(ModelMissingException.class, () -> ModelFolder.open(empty));
    assertTrue(none.getMessage().contains("model.onnx"), none.getMessage());
    assertThrows(BadModelException.class, () -> ModelFolder.open(some));
  }

  @Test
  void aDamagedDescriptionIsAnError() throws IOException {
    Path path = temp.resolve("m");
    ModelFolder.write(path).onnx(some);
    for (String text :
        List.of(
            "",
            "[]",
            "{}",
            "{\"formatVersion\":1}",
            "{\"formatVersion\":1,\"kind\":\"teapot\"}",
            "{\"formatVersion\":1,\"kind\":\"embedding\",\"maximumLength\":-1}",
            "{\"formatVersion\":1,\"kind\":\"embedding\",\"pooling\":\"../x\"}",
            "{\"formatVersion\":1,\"kind\":\"embedding\",\"settings\":{\"a\":1}}",
            "{\"formatVersion\":1,\"kind\":\"embedding\",\"more\":1}",
            "{\"formatVersion\":9,\"kind\":\"embedding\"}")) {
      Files.writeString(path.resolve("npu4j.json"), text, StandardCharsets.UTF_8);
      BadModelException thrown =
          assertThrows(BadModelException.class, () -> ModelFolder.open(path).description(), text);
      assertTrue(thrown.getMessage().contains("npu4j.json"), thrown.getMessage());
    }
  }

  @Test
  void aMinimalDescriptionIsEnough() {
    ModelDescription description =
        ModelDescription.parse(
            "{\"kind\":\"embedding\",\"formatVersion\":1}".getBytes(StandardCharsets.UTF_8), "x");
    assertEquals(ModelDescription.Kind.EMBEDDING, description.kind());
    assertEquals("", description.prefixes().query());
    assertEquals(List.of(), description.output().pooling());
    assertEquals(Optional.empty(), description.output().normalized(), "nobody said");
    assertEquals(OptionalInt.empty(), description.maximumLength());
  }

  @Test
  void aDescriptionOfTheFirstFormIsRead() {
    ModelDescription description =
        ModelDescription.parse(
            """
            {
              "formatVersion": 1,
              "kind": "embedding",
              "pooling": "mean",
              "normalized": true,
              "queryPrefix": "query: ",
              "passagePrefix": "passage: ",
              "maximumLength": 0,
              "source": "somewhere",
              "licence": "MIT"
            }
            """
                .getBytes(StandardCharsets.UTF_8),
            "x");
    assertEquals(
        ModelDescription.embedding(Pooling.MEAN, true)
            .withPrefixes(new ModelDescription.Prefixes("query: ", "passage: "))
            .withOrigin(new ModelDescription.Origin("somewhere", "MIT")),
        description);
  }

  private static Manifest manifest(Path binary) throws IOException {
    return new Manifest(
        Digest.of(MemorySegment.ofArray(Files.readAllBytes(binary))),
        Optional.empty(),
        new Soc("x-elite", 60, 73),
        new Versions("", "", "", "", ""),
        false,
        List.of(),
        Optional.empty());
  }
}
