package io.github.npu4j.internal.trial;

import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.internal.process.ChildJvm;
import io.github.npu4j.internal.process.ChildResult;
import io.github.npu4j.qnn.Qnn;
import io.github.npu4j.qnn.QnnContext;
import io.github.npu4j.qnn.QnnLibraries;
import io.github.npu4j.runtime.NativeRuntime;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The first load of a context binary that is not trusted, in a process of its own: a file that ends
 * the process takes only the child along.
 */
public final class FirstLoad {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private FirstLoad() {}

  /**
   * Loads a binary into HTP, retrieves its graphs and closes it, all in a child process.
   *
   * @param binary the file
   * @param runtime the libraries to load it with
   * @return how it ended; an answer is one line, the milliseconds that creating the context took
   * @throws io.github.npu4j.error.RuntimeMissingException if the libraries are not there
   */
  public static ChildResult of(Path binary, NativeRuntime runtime) {
    return ChildJvm.run(
        FirstLoad.class,
        List.of(
            runtime.qnnHtp().require().toString(),
            runtime.qnnSystem().require().toString(),
            binary.toAbsolutePath().toString()),
        LIMIT);
  }

  /**
   * The child.
   *
   * @param arguments the HTP library, the system library, the context binary
   */
  public static void main(String[] arguments) {
    ChildJvm.serve(() -> load(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2])));
  }

  /** Starts the backend; without an NPU that is no fault of the file. */
  private static Qnn start(Path htp, Path system) {
    try {
      return Qnn.load(new QnnLibraries(htp, system));
    } catch (NativeCallException failed) {
      throw Qnn.startFailure(failed);
    }
  }

  private static List<String> load(Path htp, Path system, Path file) {
    NativeRuntime.find().announceSkels();
    try (Arena arena = Arena.ofShared();
        FileChannel channel = FileChannel.open(file)) {
      MemorySegment binary = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      try (Qnn qnn = start(htp, system)) {
        long start = System.nanoTime();
        try (QnnContext context = QnnContext.create(qnn, binary)) {
          context.graphNames().forEach(context::graph);
          return List.of(Double.toString((System.nanoTime() - start) / 1e6));
        }
      }
    } catch (IOException unreadable) {
      throw new ModelMissingException(
          "can't read " + file, String.valueOf(unreadable.getMessage()), "Check the path.");
    }
  }
}
