package io.github.npu4j.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.RuntimeMissingException;
import io.github.npu4j.internal.process.UserProgram;
import io.github.npu4j.runtime.libraries.RuntimeLock;
import io.github.npu4j.store.Cache;
import io.github.npu4j.store.Digest;
import io.github.npu4j.store.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Installing small wheels, with a shell script in pip's place. */
@DisabledOnOs(OS.WINDOWS)
class RuntimeInstallerTest {

  private static final String FILE = "qnn-test.whl";

  @TempDir Path temp;
  private Path wheel;
  private Cache cache;
  private RuntimeLock lock;

  @BeforeEach
  void makeAWheel() throws IOException {
    wheel = Wheels.qnn(temp.resolve("source.whl"));
    cache = Cache.at(temp.resolve("cache"));
    lock = lock(Digest.sha256(wheel));
  }

  private RuntimeLock lock(String sha256) throws IOException {
    Properties entries = new Properties();
    entries.setProperty("qnn.package", "a-package");
    entries.setProperty("qnn.version", "9.9");
    entries.setProperty("qnn.python", "3.11");
    entries.setProperty("qnn.linux-x64.file", FILE);
    entries.setProperty("qnn.linux-x64.tag", "a_tag");
    entries.setProperty("qnn.linux-x64.bytes", Long.toString(Files.size(wheel)));
    entries.setProperty("qnn.linux-x64.sha256", sha256);
    return new RuntimeLock(entries);
  }

  /** An installer whose pip does what a shell script says; the arguments are in {@code $@}. */
  private RuntimeInstaller withPip(String script) {
    UserProgram pip =
        new UserProgram(
            List.of(List.of("sh", "-c", script, "sh")), Pattern.compile("No module named pip"));
    return new RuntimeInstaller(cache, lock, pip);
  }

  private String copy() {
    return "cp '" + wheel + "' ./" + FILE;
  }

  private RuntimeMissingException refused(RuntimeInstaller installer) throws IOException {
    RuntimeMissingException thrown =
        assertThrows(
            RuntimeMissingException.class, () -> installer.install("linux-x64", Progress.NONE));
    assertEquals(List.of(), cache.list(Cache.Section.RUNTIME));
    Path section = cache.folder(Cache.Section.RUNTIME);
    if (Files.isDirectory(section)) {
      try (var left = Files.list(section)) {
        assertEquals(0, left.count(), "nothing stays");
      }
    }
    return thrown;
  }

  @Test
  void whatPipBringsIsUnpackedAndTheWheelIsNotKept() throws IOException {
    List<Path> folders =
        withPip("echo \"$@\" > '" + temp + "/arguments'; " + copy())
            .install("linux-x64", Progress.NONE);
    Path folder = cache.root().resolve("runtime/qnn-9.9-linux-x64");
    assertEquals(List.of(folder), folders);
    assertTrue(Files.exists(folder.resolve("onnxruntime_qnn/libQnnHtp.so")));
    try (var children = Files.list(folder)) {
      assertEquals(
          List.of("npu4j-files.txt", "onnxruntime_qnn", "onnxruntime_qnn.libs"),
          children.map(child -> child.getFileName().toString()).sorted().toList());
    }
    String arguments = Files.readString(temp.resolve("arguments"));
    assertTrue(arguments.startsWith("download --no-deps --only-binary=:all:"), arguments);
    assertTrue(arguments.contains("--platform a_tag --python-version 3.11"), arguments);
    assertTrue(arguments.strip().endsWith("a-package==9.9"), arguments);
  }

  @Test
  void theSecondTimeNothingIsFetched() {
    withPip(copy()).install("linux-x64", Progress.NONE);
    assertEquals(1, withPip("exit 1").install("linux-x64", Progress.NONE).size());
  }

  @Test
  void whatWasDamagedSinceIsInstalledAgain() throws IOException {
    Path folder = withPip(copy()).install("linux-x64", Progress.NONE).getFirst();
    Path library = folder.resolve("onnxruntime_qnn/libQnnHtp.so");
    byte[] whole = Files.readAllBytes(library);
    byte[] changed = whole.clone();
    changed[3] ^= 1;
    for (byte[] damage : List.of(Arrays.copyOf(whole, 5), changed, new byte[0])) {
      Files.write(library, damage);
      assertEquals(List.of(folder), withPip(copy()).install("linux-x64", Progress.NONE));
      assertArrayEquals(whole, Files.readAllBytes(library));
    }
    Files.delete(library);
    withPip("exit 1").installFile(wheel, Progress.NONE);
    assertArrayEquals(whole, Files.readAllBytes(library));
  }

  @Test
  void anotherVersionStaysBesideIt() throws IOException {
    cache.publish(
        Cache.Section.RUNTIME,
        "qnn-1.0-linux-x64",
        folder -> Files.writeString(folder.resolve("old"), "old"));
    withPip(copy()).install("linux-x64", Progress.NONE);
    assertEquals(
        List.of("qnn-1.0-linux-x64", "qnn-9.9-linux-x64"),
        withPip("").list().stream().map(Cache.Entry::name).toList());
    assertTrue(withPip("").remove("qnn-9.9-linux-x64"));
    assertEquals(1, withPip("").list().size());
  }

  @Test
  void anotherHashIsRefused() throws IOException {
    lock = lock("0".repeat(64));
    RuntimeMissingException thrown = refused(withPip(copy()));
    assertTrue(thrown.why().contains("instead of 0000"), thrown.getMessage());
    assertTrue(thrown.advice().contains("nothing was installed"), thrown.getMessage());
  }

  @Test
  void pipsOwnWordsAreInTheError() throws IOException {
    RuntimeMissingException thrown =
        refused(withPip("echo 'ERROR: No matching distribution found'; exit 1"));
    assertTrue(thrown.why().contains("No matching distribution"), thrown.getMessage());
    assertTrue(thrown.advice().contains("--wheel " + FILE), thrown.getMessage());
  }

  @Test
  void aPipThatBringsNothingIsAnError() throws IOException {
    assertTrue(refused(withPip("exit 0")).why().contains("brought no file"));
  }

  @Test
  void withoutPipTheErrorSaysHowToDoWithoutIt() throws IOException {
    RuntimeMissingException thrown = refused(withPip("echo No module named pip; exit 1"));
    assertTrue(thrown.why().contains("no pip was found"), thrown.getMessage());
    assertTrue(thrown.advice().contains("npu4j runtime install --wheel"), thrown.getMessage());
  }

  @Test
  void aBrokenArchiveOfTheRightHashLeavesNothing() throws IOException {
    Files.writeString(wheel, "pinned, and yet no zip file");
    lock = lock(Digest.sha256(wheel));
    assertTrue(refused(withPip(copy())).why().contains("not a whole zip"));
  }

  @Test
  void aWheelFromDiskIsKnownByItsHashWhateverItsName() throws IOException {
    Path folder = withPip("exit 1").installFile(wheel, Progress.NONE);
    assertEquals("qnn-9.9-linux-x64", folder.getFileName().toString());
    assertTrue(Files.exists(wheel), "the user's file stays");
    Path other = Wheels.of(temp.resolve(FILE), "onnxruntime_qnn/libQnnHtp.so");
    RuntimeMissingException thrown =
        assertThrows(
            RuntimeMissingException.class,
            () -> withPip("exit 1").installFile(other, Progress.NONE));
    assertTrue(thrown.getMessage().contains(FILE), thrown.getMessage());
    RuntimeMissingException absent =
        assertThrows(
            RuntimeMissingException.class,
            () -> withPip("").installFile(temp.resolve("absent"), Progress.NONE));
    assertTrue(absent.why().contains("there is no such file"), absent.getMessage());
  }

  @Test
  void aReadOnlyCacheIsSaidInWords() throws IOException {
    Files.writeString(cache.root(), "a file in the way");
    RuntimeMissingException thrown =
        assertThrows(
            RuntimeMissingException.class,
            () -> withPip(copy()).install("linux-x64", Progress.NONE));
    assertTrue(thrown.getMessage().contains("can't be written"), thrown.getMessage());
    assertTrue(thrown.getMessage().contains("NPU4J_HOME"), thrown.getMessage());
  }

  @Test
  void anUnknownPlatformListsTheKnownOnes() {
    RuntimeMissingException thrown =
        assertThrows(
            RuntimeMissingException.class, () -> withPip("").install("macos-arm64", Progress.NONE));
    assertTrue(thrown.getMessage().contains("windows-arm64"), thrown.getMessage());
  }

  @Test
  void thePinnedLockIsComplete() {
    RuntimeLock pinned = RuntimeLock.pinned();
    for (String platform : pinned.platforms()) {
      for (RuntimeLock.Wheel pin : pinned.wheels(platform)) {
        assertTrue(pin.sha256().matches("[0-9a-f]{64}"), pin.toString());
        assertTrue(pin.file().endsWith(pin.tag() + ".whl"), pin.toString());
        assertEquals(pin, pinned.wheelOf(pin.sha256()).orElseThrow());
      }
    }
    assertEquals(2, pinned.wheels("windows-arm64").size());
    assertEquals(1, pinned.wheels("linux-x64").size());
  }
}
