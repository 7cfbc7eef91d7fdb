package io.github.npu4j.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.direct.DirectEngine;
import io.github.npu4j.engine.open.Models;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.internal.trial.FirstLook;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.store.Cache;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Context binaries whose few changed bytes end the process that reads them. */
class FirstLookIT {

  /** Bytes at the start of the small file that describe its graph. */
  private static final int CONTEXT_HEAD = 8192;

  @TempDir private Path folder;

  @Test
  void aFileThatEndsItsReaderIsRefusedByEveryDoor() throws IOException {
    byte[] oneByte = small();
    oneByte[258] = (byte) 0260;
    byte[] fiveBytes = small();
    for (int i = 1060; i < 1064; i++) {
      fiveBytes[i] = (byte) 0xff;
    }
    fiveBytes[1063] = 0x7f;
    fiveBytes[1064] = 0;
    OpenOptions emulator = OpenOptions.on(Device.EMULATOR);
    for (byte[] bytes : List.of(oneByte, fiveBytes)) {
      Path file = Files.write(folder.resolve("bad.bin"), bytes);
      BadModelException refused =
          assertThrows(BadModelException.class, () -> DirectEngine.open(file, emulator));
      assertTrue(refused.why().contains("the process that read it was ended by"), refused.why());
      assertThrows(BadModelException.class, () -> Models.open(file, emulator));
    }
  }

  /**
   * Copies that the system library reads and that end the process which makes a context of them.
   */
  @Test
  void aFileThatEndsHtpIsRefusedToo() throws IOException {
    for (long seed : new long[] {508, 1435}) {
      Path file =
          Files.write(folder.resolve(seed + ".bin"), Mutation.of(small(), CONTEXT_HEAD, seed));
      BadModelException refused =
          assertThrows(
              BadModelException.class,
              () -> DirectEngine.open(file, OpenOptions.on(Device.EMULATOR)));
      assertTrue(refused.why().contains("the process that read it was ended by"), refused.why());
    }
  }

  @Test
  void aGoodFileCostsOneChildAndNoneAfter() throws IOException {
    Path file = Files.write(folder.resolve("good.bin"), small());
    Path system = NativeRuntime.find().qnnSystem().require();
    Cache cache = Cache.at(folder.resolve("cache"));
    FirstLook.require(file, "good.bin", system, cache);
    Path entry = cache.list(Cache.Section.COMPILED).getFirst().path();
    assertTrue(entry.getFileName().toString().startsWith("looked-"), entry.toString());

    String java = System.getProperty("java.home");
    System.setProperty("java.home", folder.resolve("no-java").toString());
    try {
      FirstLook.require(file, "good.bin", system, cache); // a child could not be started
    } finally {
      System.setProperty("java.home", java);
    }
    assertEquals(1, cache.list(Cache.Section.COMPILED).size());

    Files.writeString(file, "changed, and no context binary");
    assertThrows(BadModelException.class, () -> FirstLook.require(file, "good.bin", system, cache));
    DirectEngine.open(Files.write(file, small()), OpenOptions.on(Device.EMULATOR)).close();
  }

  private static byte[] small() throws IOException {
    try (InputStream in =
            Objects.requireNonNull(
                FirstLookIT.class.getResourceAsStream("/hostile/small-context.bin.gz"));
        GZIPInputStream content = new GZIPInputStream(in)) {
      return content.readAllBytes();
    }
  }
}
