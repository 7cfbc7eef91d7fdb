package io.github.npu4j.store.files;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InsideFolderTest {

  @TempDir Path temporary;

  @Test
  void aNameMayNotLeadOut() throws IOException {
    Path folder = Files.createDirectories(temporary.resolve("model"));
    Files.createFile(folder.resolve("in"));
    Files.createFile(temporary.resolve("out"));
    assertTrue(InsideFolder.holds(folder, folder.resolve("in")));
    assertTrue(InsideFolder.holds(folder, folder.resolve("not/there")));
    assertFalse(InsideFolder.holds(folder, folder.resolve("../out")));
    assertFalse(InsideFolder.holds(folder, folder.resolve("a/../../out")));
    assertFalse(InsideFolder.holds(folder, temporary.resolve("out")));
    assertFalse(InsideFolder.holds(folder, temporary.resolve("model2")));
    assertFalse(InsideFolder.holds(folder, folder));
  }

  @Test
  void aLinkMayNotEither() throws IOException {
    Path folder = Files.createDirectories(temporary.resolve("model"));
    Path secret = Files.createFile(temporary.resolve("secret"));
    Files.createFile(folder.resolve("in"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), secret);
    Path inner = Files.createSymbolicLink(folder.resolve("inner"), folder.resolve("in"));
    Path below = Files.createSymbolicLink(folder.resolve("below"), temporary);
    assertFalse(InsideFolder.holds(folder, link));
    assertFalse(InsideFolder.holds(folder, below.resolve("secret")));
    assertTrue(InsideFolder.holds(folder, inner));
    Path whole = Files.createSymbolicLink(temporary.resolve("linked model"), folder);
    assertTrue(InsideFolder.holds(whole, whole.resolve("in")));
  }

  @Test
  void theStoreOfASnapshotBelongsToIt() throws IOException {
    Path repository = Files.createDirectories(temporary.resolve("models--a--b"));
    Path blob = Files.createFile(Files.createDirectories(repository.resolve("blobs")).resolve("1"));
    Path snapshot = Files.createDirectories(repository.resolve("snapshots/abc/onnx"));
    Path data = Files.createSymbolicLink(snapshot.resolve("model.onnx_data"), blob);
    assertTrue(InsideFolder.holds(snapshot, data));
    Path secret = Files.createFile(temporary.resolve("secret"));
    assertFalse(
        InsideFolder.holds(snapshot, Files.createSymbolicLink(snapshot.resolve("l"), secret)));
  }
}
