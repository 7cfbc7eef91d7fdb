package io.github.npu4j.hostile;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BadOnnxTest {

  @TempDir Path folder;

  @Test
  void refusesEveryBadFileInWords() throws IOException {
    byte[] whole = HostileModels.mlp();
    Refusals refusals = new Refusals(Set.of(BadModelException.class));
    for (Map.Entry<String, byte[]> foreign : ForeignFiles.byKind().entrySet()) {
      expect(refusals, foreign.getKey(), foreign.getValue());
    }
    for (int length = 0; length < whole.length; length += 1 + whole.length / 97) {
      expect(refusals, "cut at " + length, Damage.truncated(whole, length));
    }
    refusals.expect("a folder", () -> OnnxModel.read(folder));
    refusals.check();
    assertTrue(refusals.files() > 100, () -> "only " + refusals.files() + " files");
  }

  @Test
  void readsOrRefusesWhatIsChangedAnywhere() throws IOException {
    byte[] whole = HostileModels.mlp();
    Refusals refusals = new Refusals(Set.of(BadModelException.class));
    for (int seed = 0; seed < 300; seed++) {
      byte[] bad = Damage.changed(whole, 0, Math.min(whole.length, 400), 1 + seed % 8, seed);
      Path file = Files.write(folder.resolve("bad.onnx"), bad);
      refusals.mayRefuse("changed " + seed, () -> OnnxModel.read(file));
    }
    refusals.check();
  }

  private void expect(Refusals refusals, String name, byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("bad.onnx"), content);
    refusals.expect(name, () -> OnnxModel.read(file));
  }
}
