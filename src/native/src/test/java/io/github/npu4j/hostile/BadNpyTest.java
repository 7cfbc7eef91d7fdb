package io.github.npu4j.hostile;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Npy;
import io.github.npu4j.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BadNpyTest {

  @TempDir Path folder;

  @Test
  void refusesEveryBadFileInWords() throws IOException {
    Path good = folder.resolve("good.npy");
    try (Arena arena = Arena.ofConfined()) {
      new Npy(ElementType.FLOAT32, Shape.of(3, 5), arena.allocate(60)).write(good);
    }
    byte[] whole = Files.readAllBytes(good);

    Refusals refusals = new Refusals(Set.of(BadInputException.class));
    for (Map.Entry<String, byte[]> foreign : ForeignFiles.byKind().entrySet()) {
      expect(refusals, foreign.getKey(), foreign.getValue());
    }
    for (int length = 0; length < whole.length; length++) {
      expect(refusals, "cut at " + length, Damage.truncated(whole, length));
    }
    for (int seed = 0; seed < 20; seed++) {
      expect(refusals, "magic " + seed, Damage.changed(whole, 0, 7, 1, seed));
    }
    expect(refusals, "more than its shape", Damage.lengthened(whole, 4));
    refusals.expect("a folder", () -> read(folder));
    refusals.check();
    assertTrue(refusals.files() > 100, () -> "only " + refusals.files() + " files");
  }

  private void expect(Refusals refusals, String name, byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("bad.npy"), content);
    refusals.expect(name, () -> read(file));
  }

  private static void read(Path file) {
    try (Arena arena = Arena.ofConfined()) {
      Npy.read(file, arena);
    }
  }
}
