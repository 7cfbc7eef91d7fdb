package io.github.npu4j.family.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.OnnxNode;
import io.github.npu4j.onnx.TinyBert;
import io.github.npu4j.store.Cache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GraphPreparationTest {

  @TempDir private Path folder;
  private Path model;
  private Cache cache;

  @BeforeEach
  void write() throws IOException {
    model = new TinyBert().write(folder.resolve("m.onnx"));
    cache = Cache.at(folder.resolve("cache"));
  }

  private List<String> operators(Path file) {
    return OnnxModel.read(file).graph().nodes().stream().map(OnnxNode::opType).toList();
  }

  @Test
  void opensTheFusedFormAndKeepsIt() throws IOException {
    Path prepared = GraphPreparation.open(model, cache, Function.identity());
    assertNotEquals(model, prepared);
    List<String> layer =
        List.of(
            "Attention",
            "MatMul",
            "SkipLayerNormalization",
            "MatMul",
            "BiasGelu",
            "MatMul",
            "SkipLayerNormalization");
    List<String> all = new ArrayList<>(List.of("EmbedLayerNormalization"));
    all.addAll(layer);
    all.addAll(layer);
    assertEquals(all, operators(prepared));
    FileTime made = Files.getLastModifiedTime(prepared);
    assertEquals(prepared, GraphPreparation.open(model, cache, Function.identity()));
    assertEquals(made, Files.getLastModifiedTime(prepared));
  }

  @Test
  void keepsOneFormOfAFileAndForgetsThatOfItsFormerState() throws IOException {
    Path before = GraphPreparation.open(model, cache, Function.identity());
    Files.setLastModifiedTime(model, FileTime.fromMillis(1_000_000));
    Path after = GraphPreparation.open(model, cache, Function.identity());
    assertNotEquals(before, after);
    assertFalse(Files.exists(before));
    assertEquals(1, cache.list(Cache.Section.COMPILED).size());
  }

  @Test
  void leavesAnotherModelAsItIsAndRemembersThat() throws IOException {
    new TinyBert().scale(3).write(model);
    assertEquals(model, GraphPreparation.open(model, cache, Function.identity()));
    assertEquals(1, cache.list(Cache.Section.COMPILED).size());
    assertEquals(model, GraphPreparation.open(model, cache, Function.identity()));
  }

  @Test
  void preparesForOneOpeningWhereTheCacheCantBeWritten() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    List<String> seen = new ArrayList<>();
    Path prepared =
        GraphPreparation.open(
            model,
            Cache.at(file),
            path -> {
              seen.addAll(operators(path));
              assertTrue(OnnxModel.read(path).externalLocations().isEmpty(), "weights are inside");
              return path;
            });
    assertTrue(seen.contains("Attention"), seen.toString());
    assertFalse(Files.exists(prepared), "nothing is left behind");
  }

  @Test
  void opensTheModelItselfIfTheFusedFormIsRefused() {
    List<Path> asked = new ArrayList<>();
    Path opened =
        GraphPreparation.open(
            model,
            cache,
            path -> {
              asked.add(path);
              if (!path.equals(model)) {
                throw new BadModelException("an ONNX Runtime without these operators", "", "");
              }
              return path;
            });
    assertEquals(model, opened);
    assertEquals(2, asked.size());
  }

  @Test
  void passesOnWhatTheOpenerSaysOfTheModelItself() throws IOException {
    Path broken = Files.write(folder.resolve("broken.onnx"), new byte[] {1, 2, 3});
    BadModelException said =
        assertThrows(
            BadModelException.class,
            () ->
                GraphPreparation.open(
                    broken,
                    cache,
                    path -> {
                      throw new BadModelException("refused: " + path, "", "");
                    }));
    assertEquals("refused: " + broken, said.what());
    assertTrue(cache.list(Cache.Section.COMPILED).isEmpty());
  }

  @Test
  void saysThatThereIsNoFileInTheOpenersWords() {
    Path absent = folder.resolve("absent.onnx");
    assertEquals(absent, GraphPreparation.open(absent, cache, Function.identity()));
  }
}
