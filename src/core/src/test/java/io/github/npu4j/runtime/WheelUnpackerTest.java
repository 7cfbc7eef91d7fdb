package io.github.npu4j.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.store.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WheelUnpackerTest {

  @TempDir Path temp;
  private Path folder;

  @BeforeEach
  void makeTheFolder() throws IOException {
    folder = Files.createDirectory(temp.resolve("folder"));
  }

  private void unpack(Path wheel, String kind) throws IOException {
    WheelUnpacker.unpack(wheel, folder, WheelUnpacker.layout(kind), Progress.NONE);
  }

  @Test
  void keepsBothFoldersOfLibrariesAndTheLicenceAndDropsPython() throws IOException {
    List<String> steps = new ArrayList<>();
    WheelUnpacker.unpack(
        Wheels.qnn(temp.resolve("q.whl")),
        folder,
        WheelUnpacker.layout("qnn"),
        (step, done, total) -> steps.add(step + " " + done + "/" + total));
    assertEquals(
        "onnxruntime_qnn/libQnnHtp.so",
        Files.readString(folder.resolve("onnxruntime_qnn/libQnnHtp.so")));
    assertTrue(Files.exists(folder.resolve("onnxruntime_qnn/Qualcomm_LICENSE.pdf")));
    assertTrue(Files.exists(folder.resolve("onnxruntime_qnn.libs/libc++.so.1")));
    assertFalse(Files.exists(folder.resolve("onnxruntime_qnn/__init__.py")));
    assertFalse(Files.exists(folder.resolve("onnxruntime_qnn-2.7.0.dist-info")));
    assertEquals("unpacking 96/96", steps.getLast());
  }

  @Test
  void onnxRuntimesWheelGivesItsCLibrariesFlat() throws IOException {
    Path wheel =
        Wheels.of(
            temp.resolve("o.whl"),
            "onnxruntime/LICENSE",
            "onnxruntime/capi/onnxruntime.dll",
            "onnxruntime/capi/onnxruntime_providers_shared.dll",
            "onnxruntime/capi/onnxruntime_pybind11_state.pyd",
            "onnxruntime/capi/_pybind_state.py");
    unpack(wheel, "ort");
    try (var files = Files.list(folder)) {
      assertEquals(
          List.of("LICENSE", "onnxruntime.dll", "onnxruntime_providers_shared.dll"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../evil",
        "onnxruntime_qnn/../../evil",
        "/etc/evil",
        "..\\evil",
        "onnxruntime_qnn\\..\\..\\evil",
        "C:/evil",
        "onnxruntime_qnn/\0evil",
        "onnxruntime_qnn/.."
      })
  void noNameLeadsOut(String name) throws IOException {
    Path wheel = Wheels.of(temp.resolve("e.whl"), "onnxruntime_qnn/libQnnHtp.so", name);
    assertThrows(IOException.class, () -> unpack(wheel, "qnn"));
    assertFalse(Files.exists(temp.resolve("evil")));
    try (var files = Files.list(folder)) {
      assertEquals(0, files.count(), "nothing is written when one name is bad");
    }
  }

  @Test
  void aDamagedArchiveIsAnError() throws IOException {
    byte[] whole = Files.readAllBytes(Wheels.qnn(temp.resolve("q.whl")));
    Path cut = temp.resolve("cut.whl");
    Files.write(cut, java.util.Arrays.copyOf(whole, whole.length / 2));
    assertThrows(IOException.class, () -> unpack(cut, "qnn"));
    Path none = Files.writeString(temp.resolve("none.whl"), "no zip at all");
    assertThrows(IOException.class, () -> unpack(none, "qnn"));
    byte[] flipped = whole.clone();
    flipped[40] ^= 1; // in the first entry's data or head
    flipped[flipped.length / 3] ^= 1;
    Path damaged = Files.write(temp.resolve("damaged.whl"), flipped);
    assertThrows(IOException.class, () -> unpack(damaged, "qnn"));
  }

  @Test
  void anArchiveWithoutLibrariesIsAnError() throws IOException {
    Path wheel = Wheels.of(temp.resolve("x.whl"), "other/file");
    IOException thrown = assertThrows(IOException.class, () -> unpack(wheel, "qnn"));
    assertTrue(thrown.getMessage().contains("none of the libraries"), thrown.getMessage());
  }
}
