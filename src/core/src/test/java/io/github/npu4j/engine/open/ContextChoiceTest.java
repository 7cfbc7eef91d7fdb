package io.github.npu4j.engine.open;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.npu4j.artifact.ContextFile;
import io.github.npu4j.artifact.Manifest;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.artifact.ModelFolderWriter;
import io.github.npu4j.engine.compatibility.Compatibility.ApiVersion;
import io.github.npu4j.engine.compatibility.Compatibility.Target;
import io.github.npu4j.store.Digest;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContextChoiceTest {

  private static final Target X_ELITE = new Target(false, 73, 60, new ApiVersion(2, 40));
  private static final Target EMULATOR = new Target(true, 68, 30, new ApiVersion(2, 40));

  @TempDir private Path folder;

  @BeforeEach
  void twoBucketsAndTheFileTheyShare() throws IOException {
    context("16", false, "g16");
    context("32", false, "g32");
    context("64", false, "g64");
    context("shared", true, "g16", "g32");
  }

  private void context(String name, boolean sharedWeights, String... graphs) throws IOException {
    Path binary = Files.write(folder.resolve(name), new byte[8]);
    try (Arena arena = Arena.ofConfined()) {
      Manifest manifest =
          new Manifest(
              Digest.of(arena.allocate(8)),
              Optional.empty(),
              new Manifest.Soc("x-elite", 60, 73),
              new Manifest.Versions("", "2.40.0", "", "", ""),
              sharedWeights,
              Stream.of(graphs).map(g -> new Manifest.Graph(g, List.of(), List.of())).toList(),
              Optional.empty());
      ModelFolderWriter writer = ModelFolder.write(folder.resolve("model"));
      writer.context("x-elite", name, binary, manifest, null);
    }
  }

  private List<String> direct(Target target) {
    List<ContextFile> files = ContextChoice.of(ModelFolder.open(folder.resolve("model")), target);
    return ContextChoice.withoutTwins(files).stream().map(ContextFile::name).toList();
  }

  @Test
  void aDeviceTakesTheSharedFileInPlaceOfItsTwins() {
    assertEquals(List.of("64", "shared"), direct(X_ELITE));
  }

  @Test
  void theEmulatorTakesTheTwins() {
    assertEquals(List.of("16", "32", "64"), direct(EMULATOR));
  }
}
