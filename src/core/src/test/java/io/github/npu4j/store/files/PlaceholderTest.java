package io.github.npu4j.store.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.checkpoint.Checkpoint;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.store.JsonObject;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What a download that went wrong leaves, through each reader of files. */
class PlaceholderTest {

  private static final String POINTER =
      "version https://git-lfs.github.com/spec/v1\n"
          + "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n"
          + "size 242043056\n";

  @TempDir private Path folder;

  @Test
  void aPointerOfGitLfsIsCalledSoByEveryReader() throws IOException {
    for (String name : List.of("model.safetensors", "pytorch_model.bin")) {
      Path weights = Files.writeString(folder.resolve(name), POINTER);
      assertCalled("Git LFS pointer", () -> Checkpoint.open(folder));
      Files.delete(weights);
    }
    Path onnx = Files.writeString(folder.resolve("model.onnx"), POINTER);
    assertCalled("Git LFS pointer", () -> OnnxModel.read(onnx));
    assertCalled("Git LFS pointer", () -> JsonObject.parse(Files.readAllBytes(onnx), "x.json"));
    try (Arena arena = Arena.ofConfined()) {
      assertCalled("of 242043056 bytes", () -> FileMemory.read(onnx, arena));
    }
  }

  @Test
  void aWebPageIsCalledSo() throws IOException {
    for (String page :
        List.of(
            "<!DOCTYPE html><html><head><title>Sign in</title>",
            "\n <html lang=\"en\">",
            "\ufeff<!doctype html>")) {
      Path file = Files.writeString(folder.resolve("model.onnx"), page);
      assertCalled("is a web page", () -> OnnxModel.read(file));
    }
    assertCalled(
        "a server's error",
        () ->
            Placeholder.refuse(
                "<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code></Error>"
                    .getBytes(StandardCharsets.UTF_8),
                "model.bin"));
  }

  @Test
  void otherFilesPass() throws IOException {
    for (String good : List.of("", "v", "version", "<xml/>", "{}", "\u0008\u0007", "<s>")) {
      byte[] bytes = good.getBytes(StandardCharsets.UTF_8);
      Placeholder.refuse(bytes, "good");
      assertArrayEquals(bytes, Placeholder.refuse(Files.write(folder.resolve("good"), bytes)));
    }
  }

  @Test
  void aSafetensorsFileThatStopsEarlySaysWhatIsMissing() throws IOException {
    String header = "{\"a\":{\"dtype\":\"U8\",\"shape\":[100],\"data_offsets\":[0,100]}}";
    byte[] whole = new byte[8 + header.length() + 60];
    whole[0] = (byte) header.length();
    System.arraycopy(header.getBytes(StandardCharsets.UTF_8), 0, whole, 8, header.length());
    Files.write(folder.resolve("model.safetensors"), whole);
    BadModelException cut = assertThrows(BadModelException.class, () -> Checkpoint.open(folder));
    assertEquals("model.safetensors is cut off", cut.what());
    assertTrue(cut.why().startsWith("it has 60 of 100 bytes of tensors"), cut.why());
  }

  private static void assertCalled(String words, Executable reader) {
    BadModelException refused = assertThrows(BadModelException.class, reader);
    assertTrue(refused.getMessage().contains(words), refused.getMessage());
  }
}
