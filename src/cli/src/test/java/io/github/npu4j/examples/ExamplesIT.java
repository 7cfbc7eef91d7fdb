package io.github.npu4j.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.store.Progress;
import io.github.npu4j.tensor.Npy;
import io.github.npu4j.tensor.Shape;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("they print on System.out")
class ExamplesIT {

  @TempDir Path folder;

  @BeforeAll
  static void pull() {
    ModelCatalog.standard().pull("minilm", Progress.NONE);
  }

  @Test
  void findsTheSentence() throws Exception {
    Examples.compile(Path.of("examples", "FindSentence.java"), folder);
    List<String> lines = Examples.run("FindSentence", folder).lines().toList();
    assertEquals(4, lines.size(), lines.toString());
    assertTrue(lines.getFirst().startsWith("runs on "), lines.getFirst());
    double password = Double.parseDouble(lines.get(1).split(" ")[0]);
    double meeting = Double.parseDouble(lines.get(2).split(" ")[0]);
    assertTrue(password > meeting + 0.3, lines.toString());
  }

  @Test
  void embedsIntoMemory() throws Exception {
    Examples.compile(Path.of("examples", "EmbedIntoMemory.java"), folder);
    Path out = folder.resolve("out.npy");
    assertEquals("", Examples.run("EmbedIntoMemory", folder, out.toString()));
    try (Arena arena = Arena.ofConfined()) {
      assertEquals(Shape.of(3, 384), Npy.read(out, arena).shape());
    }
  }
}
