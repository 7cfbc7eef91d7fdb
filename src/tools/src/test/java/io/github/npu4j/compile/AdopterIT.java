package io.github.npu4j.compile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import com.google.protobuf.ByteString;
import io.github.npu4j.artifact.ContextFile;
import io.github.npu4j.artifact.Integrity;
import io.github.npu4j.artifact.ModelDescription;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.catalog.PulledModels;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.numeric.Pooling;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.OnnxModels;
import io.github.npu4j.onnx.epcontext.EpContextNode;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.runtime.Soc;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdopterIT {

  private static CompiledContext small;
  private static CompiledContext minilm;
  private static CompiledContext shared;

  @TempDir private Path folder;

  private final Adopter adopter = new Adopter(NativeRuntime.find());

  @BeforeAll
  static void compile(@TempDir Path models) {
    Compiler compiler = new Compiler(NativeRuntime.find());
    Path relu = OnnxModels.write(models.resolve("relu.onnx"), OnnxModels.relu(1, 16));
    small =
        compiler
            .compile(CompileRequest.of(relu, Soc.X2_ELITE, List.of()), CompileProgress.NONE)
            .getFirst();
    List<CompiledContext> contexts =
        compiler.compile(
            new CompileRequest(
                PulledModels.minilm().requireOnnx(),
                Soc.X_ELITE,
                List.of(16, 32),
                Map.of(),
                Weights.SHARED,
                Map.of()),
            CompileProgress.NONE);
    minilm = contexts.getFirst();
    shared = contexts.getLast();
  }

  private static AdoptRequest request(Path file) {
    return new AdoptRequest(file, ModelDescription.unknown(), Optional.empty(), Optional.empty());
  }

  private List<Adopter.Adopted> adopt(Path file) {
    return adopter.adopt(request(file), folder.resolve("model"));
  }

  /** What every adopted binary must be, whatever it came in. */
  private void assertAdopted(CompiledContext source, Adopter.Adopted adopted) throws IOException {
    assertEquals(-1, Files.mismatch(source.binary(), adopted.binary()));
    assertEquals("", adopted.notLoaded());
    assertEquals(source.manifest().graphs(), adopted.manifest().graphs(), "graph names are kept");
    assertEquals(source.manifest().soc(), adopted.manifest().soc());
    ContextFile context =
        ModelFolder.open(folder.resolve("model")).contexts(source.soc().name()).getFirst();
    assertEquals(adopted.manifest(), context.manifest().orElseThrow());
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(context.binary())) {
      adopted
          .manifest()
          .verify(
              channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena),
              Integrity.SHA256,
              "it");
    }
    OnnxModel epContext = OnnxModel.read(context.epContext().orElseThrow());
    assertEquals(adopted.name() + ".bin", EpContextNode.in(epContext).getFirst().contextFile());
    assertEquals(
        source.manifest().graphs().getFirst().inputs().toString(),
        epContext.graph().inputs().stream()
            .map(input -> input.spec().orElseThrow())
            .toList()
            .toString());
  }

  @Test
  void aContextBinaryBecomesAModelFolder() throws IOException {
    Path file = Files.copy(minilm.binary(), folder.resolve("downloaded.bin"));
    Path onnx = PulledModels.minilm().requireOnnx();
    Path tokenizer = PulledModels.minilm().requireTokenizer();
    ModelDescription description =
        ModelDescription.embedding(Pooling.MEAN, true)
            .withMaximumLength(256)
            .withOrigin(new ModelDescription.Origin("elsewhere", "Apache-2.0"));
    Adopter.Adopted adopted =
        adopter
            .adopt(
                new AdoptRequest(file, description, Optional.of(tokenizer), Optional.of(onnx)),
                folder.resolve("model"))
            .getFirst();
    assertEquals("16", adopted.name(), "named after its tokens");
    assertAdopted(minilm, adopted);
    ModelFolder model = ModelFolder.open(folder.resolve("model"));
    assertEquals(-1, Files.mismatch(onnx, model.requireOnnx()));
    assertEquals(-1, Files.mismatch(tokenizer, model.requireTokenizer()));
    assertEquals(description, model.description());
    assertEquals(minilm.manifest().sourceSha256(), adopted.manifest().sourceSha256());
  }

  @Test
  void anEpContextModelIsFollowedToItsBinary() throws IOException {
    Adopter.Adopted adopted = adopt(small.folder().resolve("model.ctx.onnx")).getFirst();
    assertEquals("model", adopted.name());
    assertAdopted(small, adopted);
  }

  @Test
  void anEpContextModelWithItsBinaryInside() throws IOException {
    Path model =
        OnnxModels.write(
            folder.resolve("inside.onnx"),
            OnnxModels.model(
                GraphProto.newBuilder()
                    .addNode(
                        OnnxModels.epContext(
                            "g", 1, ByteString.copyFrom(Files.readAllBytes(small.binary()))))));
    assertAdopted(small, adopt(model).getFirst());
  }

  @Test
  void anArchiveWithABinaryOrAnEpContextModel() throws IOException {
    Path plain = zip("plain.zip", Map.of("job_1/model.bin", Files.readAllBytes(small.binary())));
    assertAdopted(small, adopt(plain).getFirst());
    Path precompiled =
        zip(
            "precompiled.zip",
            Map.of(
                "job_1/model.onnx/model.bin",
                Files.readAllBytes(small.binary()),
                "job_1/model.onnx/model.onnx",
                Files.readAllBytes(small.folder().resolve("model.ctx.onnx"))));
    assertAdopted(small, adopt(precompiled).getFirst());
  }

  @Test
  void graphsThatShareWeightsAreAdoptedWithoutLoadingThemIntoTheEmulator() throws IOException {
    Adopter.Adopted adopted = adopt(shared.binary()).getFirst();
    assertEquals("shared", adopted.name());
    assertEquals(2, adopted.manifest().graphs().size());
    assertTrue(adopted.manifest().sharedWeights());
    assertTrue(adopted.notLoaded().contains("share"), adopted.notLoaded());
  }

  @Test
  void damageAndOtherFilesAreRefusedAndNothingIsWritten() throws IOException {
    byte[] bytes = Files.readAllBytes(small.binary());
    Path cut = Files.write(folder.resolve("cut.bin"), java.util.Arrays.copyOf(bytes, 4000));
    assertThrows(BadModelException.class, () -> adopt(cut));
    Path text = Files.writeString(folder.resolve("text.bin"), "not a context binary".repeat(99));
    assertThrows(BadModelException.class, () -> adopt(text));
    Path onnx = OnnxModels.write(folder.resolve("plain.onnx"), OnnxModels.relu(1, 16));
    assertRefused("not compiled", onnx);
    assertThrows(ModelMissingException.class, () -> adopt(folder.resolve("none.bin")));
    assertFalse(Files.exists(folder.resolve("model")));
  }

  @Test
  void aPlainModelIsAdoptedWithWhatIsSaidOfItAlsoFromNestedFolders() throws IOException {
    Path onnx = OnnxModels.write(folder.resolve("plain.onnx"), OnnxModels.relu(1, 16));
    Path archive = folder.resolve("plain.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
      zip.putNextEntry(new ZipEntry("__MACOSX/job/onnx/._plain.onnx"));
      zip.write(1);
      zip.putNextEntry(new ZipEntry("job/onnx/plain.onnx"));
      zip.write(Files.readAllBytes(onnx));
    }
    for (Path file : List.of(onnx, archive)) {
      Path target = folder.resolve("adopted-" + file.getFileName());
      AdoptRequest request =
          request(file)
              .asEmbedding(Pooling.CLS, true)
              .withPrefixes(new ModelDescription.Prefixes("query: ", ""));
      assertEquals(List.of(), adopter.adopt(request, target));
      ModelFolder adopted = ModelFolder.open(target);
      assertEquals(-1, Files.mismatch(onnx, adopted.requireOnnx()));
      assertEquals("query: ", adopted.description().prefixes().query());
      assertEquals(List.of(Pooling.CLS), adopted.description().output().pooling());
    }
  }

  @Test
  void anEntryThatCantBeAdoptedIsNamed() throws IOException {
    Path archive = folder.resolve("bad.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
      zip.putNextEntry(new ZipEntry("job/deep/model.onnx"));
      zip.write(new byte[] {1, 2, 3});
    }
    assertRefused("bad.zip, entry job/deep/model.onnx", archive);
    Path binaries = folder.resolve("noise.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(binaries))) {
      zip.putNextEntry(new ZipEntry("job/noise.bin"));
      zip.write(new byte[9999]);
    }
    assertRefused("noise.zip, entry job/noise.bin", binaries);
  }

  @Test
  void aPathThatLeadsOutOfTheFolderIsNotFollowed() {
    for (String path : List.of("../secret.bin", "/etc/passwd", "..\\secret.bin")) {
      assertRefused("outside its folder", pointingTo(path));
    }
    assertTrue(
        assertThrows(ModelMissingException.class, () -> adopt(pointingTo("none.bin")))
            .getMessage()
            .contains("none.bin"));
  }

  private Path pointingTo(String contextFile) {
    return OnnxModels.write(
        folder.resolve("pointing.onnx"),
        OnnxModels.model(
            GraphProto.newBuilder()
                .addNode(OnnxModels.epContext("g", 0, ByteString.copyFromUtf8(contextFile)))));
  }

  @Test
  void aDlcIsRefusedWithWhatToDo() throws IOException {
    Path named = Files.write(folder.resolve("model.dlc"), new byte[100]);
    Path renamed = zip("model.bin", Map.of("dlc.metadata", new byte[9], "model", new byte[9]));
    Path inside = zip("download.zip", Map.of("job/model.dlc", new byte[100]));
    for (Path file : List.of(named, renamed, inside)) {
      BadModelException refused = assertThrows(BadModelException.class, () -> adopt(file));
      assertTrue(refused.what().contains("is a DLC"), refused.what());
      assertTrue(refused.advice().contains("qnn-context-binary-generator"), refused.advice());
      assertTrue(refused.advice().contains("Precompiled QNN ONNX"), refused.advice());
    }
  }

  @Test
  void anArchiveCantWriteOutsideOrGrowWithoutEnd() throws IOException {
    byte[] binary = Files.readAllBytes(small.binary());
    assertRefused("leads out of the folder", zip("slip.zip", Map.of("../../evil.bin", binary)));
    assertRefused("leads out of the folder", zip("root.zip", Map.of("/tmp/evil.bin", binary)));
    Path bomb = folder.resolve("bomb.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(bomb))) {
      out.putNextEntry(new ZipEntry("model.bin"));
      zeros(out, 200L << 20);
    }
    assertRefused("becomes more than", bomb);
    assertRefused("no context binary", zip("other.zip", Map.of("readme.txt", new byte[9])));
    byte[] damaged = Files.readAllBytes(zip("damaged.zip", Map.of("model.bin", binary)));
    Path cut =
        Files.write(
            folder.resolve("cut.zip"), java.util.Arrays.copyOf(damaged, damaged.length - 10));
    assertRefused("damaged", cut);
    assertArrayEquals(
        new String[0],
        java.util.stream.Stream.of(folder.toFile().list())
            .filter(name -> name.contains("evil"))
            .toArray(String[]::new));
  }

  private void assertRefused(String words, Path file) {
    NpuException refused = assertThrows(BadModelException.class, () -> adopt(file));
    assertTrue(refused.getMessage().contains(words), refused.getMessage());
  }

  private static void zeros(OutputStream out, long count) throws IOException {
    byte[] block = new byte[1 << 20];
    for (long done = 0; done < count; done += block.length) {
      out.write(block);
    }
  }

  private Path zip(String name, Map<String, byte[]> files) throws IOException {
    Path file = folder.resolve(name);
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> entry : files.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue());
      }
    }
    return file;
  }
}
