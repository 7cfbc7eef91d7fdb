package io.github.npu4j.internal.ffm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.RuntimeMissingException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class NativeLibrariesTest {

  @TempDir private Path folder;

  @Test
  void absentLibraryIsNamed() {
    Path absent = folder.resolve("libabsent.so");
    RuntimeMissingException error =
        assertThrows(RuntimeMissingException.class, () -> NativeLibraries.load(absent));
    assertEquals("can't load " + absent, error.what());
    assertEquals("the file does not exist", error.why());
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void refusedLibraryCarriesTheLoadersWords() throws Exception {
    Path text = Files.writeString(folder.resolve("libtext.so"), "not a library, only some text\n");
    RuntimeMissingException error =
        assertThrows(RuntimeMissingException.class, () -> NativeLibraries.load(text));
    assertTrue(error.why().contains("libtext.so"), error.why());
    assertTrue(error.why().length() > text.toString().length(), error.why());
  }
}
