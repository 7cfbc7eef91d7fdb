package io.github.npu4j.runtime.libraries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class LoadedLibrariesTest {

  @Test
  void readsTheMapsOfLinux() throws IOException {
    List<Path> found =
        LoadedLibraries.inMaps(
            maps(
                "7f00-7f01 r--p 00000000 fe:00 12   /tmp/onnx runtime ü/libonnxruntime.so",
                "7f01-7f02 r-xp 00001000 fe:00 12   /tmp/onnx runtime ü/libonnxruntime.so",
                "7f03-7f04 r-xp 00000000 fe:00 13   /tmp/libonnxruntime4j_jni.so",
                "7f05-7f06 r-xp 00000000 fe:00 14   /x/libonnxruntime_providers_qnn.so",
                "7f07-7f08 r-xp 00000000 fe:00 15   /py/libonnxruntime.so.1.32.0",
                "7f09-7f0a r-xp 00000000 fe:00 16   /gone/libonnxruntime.so (deleted)",
                "7f0a-7f0b r-xp 00000000 fe:00 17   /x/mylibonnxruntime.so",
                "7f0b-7f0c rw-p 00000000 00:00 0 ",
                "7f0d-7f0e rw-p 00000000 00:00 0    [heap]"),
            "libonnxruntime.so");
    assertEquals(
        List.of(
            Path.of("/tmp/onnx runtime ü/libonnxruntime.so"),
            Path.of("/py/libonnxruntime.so.1.32.0"),
            Path.of("/gone/libonnxruntime.so")),
        found);
  }

  private static BufferedReader maps(String... lines) {
    return new BufferedReader(new StringReader(String.join("\n", lines)));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void findsWhatIsCertainlyLoaded() {
    assertFalse(LoadedLibraries.named("jvm").isEmpty());
    assertEquals(List.of(), LoadedLibraries.named("nobodyhasthis"));
  }
}
