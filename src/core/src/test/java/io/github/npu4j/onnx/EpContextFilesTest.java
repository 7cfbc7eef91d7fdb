package io.github.npu4j.onnx;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import com.google.protobuf.ByteString;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.onnx.epcontext.EpContextNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files that an EPContext model names: ONNX Runtime would open any. */
class EpContextFilesTest {

  @TempDir Path temporary;

  private Path pointingTo(String contextFile) throws IOException {
    return OnnxModels.write(
        Files.createDirectories(temporary.resolve("model")).resolve("m.ctx.onnx"),
        OnnxModels.model(
            GraphProto.newBuilder()
                .addNode(OnnxModels.epContext("g", 0, ByteString.copyFromUtf8(contextFile)))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../secret.bin", "/etc/passwd", "..\\secret.bin", "a/../../b.bin", "link"})
  void thoseOutsideItsFolderAreRefused(String file) throws IOException {
    Path model = pointingTo(file);
    Path secret = Files.createFile(temporary.resolve("secret.bin"));
    Files.createSymbolicLink(model.resolveSibling("link"), secret);
    BadModelException refused =
        assertThrows(BadModelException.class, () -> EpContextNode.requireOwnFiles(model));
    assertTrue(String.valueOf(refused.getMessage()).contains("outside its folder"));
  }

  @Test
  void thoseBesideItAreNot() throws IOException {
    EpContextNode.requireOwnFiles(pointingTo("16.bin"));
    EpContextNode.requireOwnFiles(pointingTo("contexts/16.bin"));
  }
}
