package io.github.npu4j.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.runtime.Platform.Cpu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryFileTest {

  @TempDir private Path folder;

  /** The VM's own libraries are at hand on every platform. */
  @Test
  void aLibraryThatIsCutAnywhereIsSeenToBe() throws IOException {
    Path java = Path.of(System.getProperty("java.home"));
    Path library = java.resolve("lib").resolve(System.mapLibraryName("zip"));
    if (!Files.exists(library)) {
      library = java.resolve("bin").resolve(System.mapLibraryName("zip"));
    }
    byte[] whole = Files.readAllBytes(library);
    assertFalse(LibraryFile.isCutOff(library));
    Path cut = folder.resolve("cut.so");
    for (int part = 0; part < 50; part++) {
      Files.write(cut, Arrays.copyOf(whole, (int) ((long) whole.length * part / 50)));
      assertTrue(LibraryFile.isCutOff(cut), part + " of 50 parts");
    }
    assertEquals("cut.so is cut off", InstalledFiles.cutOff(folder));
  }

  @Test
  void aCutLibraryOfTheWindowsRuntimeIsSeenToBe() throws IOException {
    Path library = FakeLibraries.pe(folder.resolve("a.dll"), Cpu.X64);
    assertFalse(LibraryFile.isCutOff(library));
    Files.write(library, Arrays.copyOf(Files.readAllBytes(library), 1500));
    assertTrue(LibraryFile.isCutOff(library));
    assertNotNull(InstalledFiles.defect(folder));
  }
}
