package io.github.npu4j.artifact;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.open.Models;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.seq2seq.Seq2Seq;
import io.github.npu4j.seq2seq.Seq2SeqOptions;
import io.github.npu4j.text.Embedder;
import io.github.npu4j.text.EmbedderOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderManifestTest {

  private static final String DIGEST = "0".repeat(64);

  @TempDir Path temporary;
  private Path folder;

  @BeforeEach
  void makeAFolder() throws IOException {
    folder = Files.createDirectories(temporary.resolve("a model"));
    Files.writeString(folder.resolve("model.onnx"), "not looked into");
    Files.writeString(folder.resolve("tokenizer.json"), "{}");
    Path contexts = Files.createDirectories(folder.resolve("htp/x-elite"));
    Files.writeString(contexts.resolve("32.bin"), "abc");
    Files.writeString(folder.resolve(".hidden"), "");
  }

  @Test
  void writesTheLinesOfSha256sum() throws Exception {
    FolderManifest manifest = FolderManifest.of(folder);
    assertTrue(
        manifest
            .toString()
            .contains(
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
                    + "  htp/x-elite/32.bin\n"),
        manifest::toString);
    assertEquals(
        List.of(".hidden", "htp/x-elite/32.bin", "model.onnx", "tokenizer.json"),
        List.copyOf(manifest.files().keySet()));
    Path file = Files.writeString(temporary.resolve("m"), manifest.toString());
    assertEquals(manifest, FolderManifest.read(file));
    manifest.verify(folder);
  }

  @Test
  void readsWhatSha256sumPrintsOfFilesAsBytes() {
    assertEquals(DIGEST, FolderManifest.parse(DIGEST + " *a b\r\n", "m").files().get("a b"));
  }

  @Test
  void refusesEveryChangedByteAndNamesTheFile() throws IOException {
    FolderManifest manifest = FolderManifest.of(folder);
    for (Path file : files()) {
      byte[] content = Files.readAllBytes(file);
      for (int i = 0; i < content.length; i++) {
        byte[] changed = content.clone();
        changed[i] ^= 1;
        Files.write(file, changed);
        refuses(manifest, folder.relativize(file).toString().replace('\\', '/'));
      }
      Files.write(file, new byte[content.length + 1]);
      refuses(manifest, "the content of " + folder.relativize(file));
      Files.write(file, content);
    }
    manifest.verify(folder);
  }

  @Test
  void refusesAFileThatIsMissingOrOneMore() throws IOException {
    FolderManifest manifest = FolderManifest.of(folder);
    Path more = Files.writeString(folder.resolve("modules.json"), "[]");
    refuses(manifest, "modules.json");
    Files.move(more, folder.resolve("htp/x-elite/128.bin"));
    refuses(manifest, "htp/x-elite/128.bin");
    Files.delete(folder.resolve("htp/x-elite/128.bin"));
    Files.delete(folder.resolve("tokenizer.json"));
    refuses(manifest, "it has no tokenizer.json");
  }

  @Test
  void comparesWhatLinksPointTo() throws IOException {
    Path blob = Files.move(folder.resolve("model.onnx"), temporary.resolve("blob"));
    Files.createSymbolicLink(folder.resolve("model.onnx"), blob);
    FolderManifest manifest = FolderManifest.of(folder);
    Files.writeString(blob, "another");
    refuses(manifest, "model.onnx");
    Files.createSymbolicLink(folder.resolve("htp/loop"), folder);
    assertThrows(BadModelException.class, () -> manifest.verify(folder));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "0000  a",
        "{}",
        "D  ../a",
        "D  /a",
        "D  a/../../b",
        "D  a//b",
        "D  ./a",
        "D  C:a",
        "D  a\\b",
        "D  a\nD  a",
        "D a",
        "D  "
      })
  void refusesWhatIsNoManifest(String text) {
    assertThrows(
        BadModelException.class, () -> FolderManifest.parse(text.replace("D", DIGEST), "m"));
  }

  @Test
  void refusesAFolderOfNoFilesASingleFileAndNothing() throws IOException {
    Path empty = Files.createDirectories(temporary.resolve("empty"));
    assertThrows(ModelMissingException.class, () -> FolderManifest.of(empty));
    assertThrows(ModelMissingException.class, () -> FolderManifest.of(temporary.resolve("no")));
    assertThrows(BadModelException.class, () -> FolderManifest.of(folder.resolve("model.onnx")));
    assertThrows(ModelMissingException.class, () -> FolderManifest.read(temporary.resolve("no")));
  }

  @Test
  void everyWayOfOpeningAsksFirst() throws IOException {
    FolderManifest manifest = FolderManifest.of(folder);
    Files.writeString(folder.resolve("tokenizer.json"), "{ }");
    OpenOptions options = OpenOptions.on(Device.CPU).withManifest(manifest);
    assertEquals(manifest, options.manifest().orElseThrow());
    Stream.<Runnable>of(
            () -> Models.open(folder, options),
            () -> Embedder.open(folder, EmbedderOptions.defaults().withModel(options)),
            () -> Seq2Seq.open(folder, Seq2SeqOptions.defaults().withModel(options)))
        .forEach(open -> {
          NpuException refused = assertThrows(BadModelException.class, open::run);
          assertTrue(
              refused.getMessage().contains("the content of tokenizer.json is another"),
              refused::getMessage);
        });
  }

  private void refuses(FolderManifest manifest, String words) {
    BadModelException refused =
        assertThrows(BadModelException.class, () -> manifest.verify(folder));
    assertTrue(String.valueOf(refused.getMessage()).contains(words), refused::getMessage);
    assertDoesNotThrow(() -> FolderManifest.of(folder));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile).toList();
    }
  }
}
