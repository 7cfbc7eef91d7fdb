package io.github.npu4j.compile;

import io.github.npu4j.compile.QnnEpSession.Sharing;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.hostile.Mutation;
import io.github.npu4j.internal.process.ChildWorker;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.StaticShapes;
import io.github.npu4j.ort.LogCapture;
import io.github.npu4j.ort.Ort;
import io.github.npu4j.ort.OrtModel;
import io.github.npu4j.ort.SessionOptions;
import io.github.npu4j.qnn.Qnn;
import io.github.npu4j.qnn.QnnContext;
import io.github.npu4j.qnn.QnnSystem;
import io.github.npu4j.runtime.NativeRuntime;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The child of {@link NativeReadersFuzzIT}: gives native readers broken copies of a good file, one
 * after the other, and notes which one is in work for the parent to find when it dies.
 */
final class NativeReaders {

  /** Bytes at the start of a context binary that describe its graphs. */
  private static final int CONTEXT_HEAD = 8192;

  private final NativeRuntime runtime = NativeRuntime.find();
  private final Path folder;

  private NativeReaders(Path folder) {
    this.folder = folder;
  }

  /** A native reader that throws one of our errors for what it refuses. */
  private interface Reader {
    void read(byte[] content) throws IOException;
  }

  /**
   * The child.
   *
   * @param arguments a folder of its own
   */
  public static void main(String[] arguments) {
    NativeReaders readers = new NativeReaders(Path.of(arguments[0]));
    ChildWorker.serve(readers::answer);
  }

  /** Takes reader, good file, first and number of the copies; answers how many were accepted. */
  private List<String> answer(List<String> request) {
    try (RandomAccessFile mark = new RandomAccessFile(folder.resolve("mark").toFile(), "rw")) {
      byte[] good = Files.readAllBytes(Path.of(request.get(1)));
      Reader reader =
          switch (request.get(0)) {
            case "system" -> system();
            case "context" -> context();
            case "session" -> session();
            default -> compile();
          };
      int head = request.get(1).endsWith(".bin") ? CONTEXT_HEAD : good.length;
      long first = Long.parseLong(request.get(2));
      int accepted = 0;
      for (long seed = first; seed < first + Long.parseLong(request.get(3)); seed++) {
        mark.seek(0);
        mark.writeLong(seed);
        mark.writeLong(accepted);
        try {
          reader.read(Mutation.of(good, head, seed));
          accepted++;
        } catch (NpuException refused) {
          // In words, as it should be.
        }
      }
      return List.of(Integer.toString(accepted));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** QnnSystem alone: what the first look at a bare file does. */
  private Reader system() {
    QnnSystem system = QnnSystem.load(runtime.qnnSystem().require());
    return content -> {
      try (Arena arena = Arena.ofShared()) {
        system.read(copy(content, arena));
      }
    };
  }

  /** What opening a bare file does after the first look: a context is made of it. */
  private Reader context() {
    QnnSystem system = QnnSystem.load(runtime.qnnSystem().require());
    Qnn qnn =
        Qnn.load(
            new io.github.npu4j.qnn.QnnLibraries(
                runtime.qnnHtp().require(), runtime.qnnSystem().require()));
    return content -> {
      try (Arena arena = Arena.ofShared()) {
        MemorySegment binary = copy(content, arena);
        system.read(binary);
        try (QnnContext context = QnnContext.create(qnn, binary)) {
          context.graphNames().forEach(context::graph);
        }
      }
    };
  }

  /** ONNX Runtime on the CPU, after our own reader. */
  private Reader session() {
    Ort ort = Ort.load(runtime.onnxruntime().require());
    return content -> {
      Path file = Files.write(folder.resolve("bad.onnx"), content);
      OnnxModel.read(file);
      try (LogCapture _ = LogCapture.begin();
          SessionOptions options = SessionOptions.create(ort);
          OrtModel _ = OrtModel.open(ort, file, options)) {
        // Opened, which is all that was wanted.
      }
    };
  }

  /** ONNX Runtime with Qualcomm's compiler, after all that compile looks at before. */
  private Reader compile() {
    QnnLibraries libraries = QnnLibraries.require(runtime);
    QnnEpSession session = new QnnEpSession(libraries);
    Map<String, String> options =
        Map.of("backend_path", libraries.htp().toString(), "soc_model", "60");
    return content -> {
      Path file = Files.write(folder.resolve("bad.onnx"), content);
      OnnxModel model = OnnxModel.read(file);
      FiniteWeights.require(model);
      StaticShapes shapes = StaticShapes.of(model, OptionalLong.empty(), Map.of());
      Path target = folder.resolve("out.onnx");
      try (LogCapture _ = LogCapture.begin();
          Arena arena = Arena.ofShared()) {
        session.compile(shapes.applyTo(model).toMemory(arena), "m", target, Sharing.ALONE, options);
      } finally {
        Files.deleteIfExists(target);
      }
    };
  }

  private static MemorySegment copy(byte[] content, Arena arena) {
    MemorySegment copy = arena.allocate(Math.max(1, content.length), 64);
    MemorySegment.copy(content, 0, copy, ValueLayout.JAVA_BYTE, 0, content.length);
    return copy.asSlice(0, content.length);
  }
}
