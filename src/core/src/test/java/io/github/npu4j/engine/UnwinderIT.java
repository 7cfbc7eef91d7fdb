package io.github.npu4j.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.npu4j.error.NpuException;
import io.github.npu4j.internal.process.ChildJvm;
import io.github.npu4j.ort.Ort;
import io.github.npu4j.ort.OrtModel;
import io.github.npu4j.ort.SessionOptions;
import io.github.npu4j.qnn.Qnn;
import io.github.npu4j.qnn.QnnLibraries;
import io.github.npu4j.runtime.NativeRuntime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * QNN's libraries are loaded first, and then ONNX Runtime throws a C++ exception of its own: it
 * arrives as an error in words. See NativeLibraries for what else would happen.
 */
class UnwinderIT {

  @TempDir private Path folder;

  /** Loads QNN, then gives ONNX Runtime a file at which it throws. */
  static final class Program {
    public static void main(String[] arguments) {
      ChildJvm.serve(() -> {
        NativeRuntime runtime = NativeRuntime.find();
        try (Qnn qnn =
            Qnn.load(new QnnLibraries(runtime.qnnHtp().require(), runtime.qnnSystem().require()))) {
          Ort ort = Ort.load(runtime.onnxruntime().require());
          try (SessionOptions options = SessionOptions.create(ort)) {
            OrtModel.open(ort, Path.of(arguments[0]), options).close();
            return List.of("opened");
          } catch (NpuException refused) {
            return List.of("refused", qnn.versions().toString());
          }
        }
      });
    }
  }

  @Test
  void exceptionOfOnnxRuntimeIsCaughtThoughQnnCameFirst() throws Exception {
    Path file = Files.createFile(folder.resolve("empty.onnx"));
    List<String> answer =
        ChildJvm.run(Program.class, List.of(file.toString()), Duration.ofMinutes(2))
            .require("QNN first");
    assertEquals("refused", answer.getFirst());
  }
}
