package io.github.npu4j.qnn;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.IncompatibleModelException;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.runtime.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/**
 * The first load of a context binary from elsewhere, in a child process: what ends the child does
 * not end this process.
 *
 * <p>The child reads the file, creates a context of it and retrieves every graph; nothing runs.
 */
public final class LoadTrial {

  /** What came of it, for a file that can at least be read. */
  public enum Verdict {
    /** It was loaded. */
    LOADED,
    /** It is for another device, or of a kind that the backend here is known to die of. */
    NOT_FOR_HERE,
    /** The backend refused it: damage, in most cases. */
    REFUSED
  }

  /**
   * The outcome.
   *
   * @param verdict what came of it
   * @param reason why it was not loaded, without a full stop; empty if it was
   * @param advice what to do, as whole sentences; may be empty
   */
  public record Result(Verdict verdict, String reason, String advice) {}

  /** Far above what the largest contexts take on a slow disk. */
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private LoadTrial() {}

  /**
   * Tries a file.
   *
   * @param binary the context binary
   * @param htp the backend's library
   * @param system QNN's system library
   * @throws BadModelException if the file can't even be read, or ended the child process
   */
  public static Result run(Path binary, Path htp, Path system) {
    List<String> arguments =
        List.of(
            binary.toAbsolutePath().toString(),
            htp.toAbsolutePath().toString(),
            system.toAbsolutePath().toString());
    List<String> answer =
        ChildJvm.run(LoadTrial.class, arguments, LIMIT)
            .require(binary.getFileName() + " can't be loaded");
    return new Result(Verdict.valueOf(answer.get(0)), answer.get(1), answer.get(2));
  }

  /**
   * The child's program.
   *
   * @param arguments the context binary, the backend's library, the system library
   */
  public static void main(String[] arguments) {
    ChildJvm.serve(() -> load(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2])));
  }

  private static List<String> load(Path file, Path htp, Path system) {
    // Nothing is closed: the process ends here, and a damaged context may not survive its end.
    Arena arena = Arena.global();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment binary = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      ContextBinary content = QnnSystem.load(system).read(binary);
      return create(Qnn.load(htp, system), binary, content);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static List<String> create(Qnn qnn, MemorySegment binary, ContextBinary content) {
    try {
      QnnContext context = QnnContext.create(qnn, binary);
      content.graphs().forEach(graph -> context.graph(graph.name()));
      return answer(Verdict.LOADED, "", "");
    } catch (IncompatibleModelException other) {
      return answer(Verdict.NOT_FOR_HERE, other.why(), other.advice());
    } catch (NpuException refused) {
      return answer(Verdict.REFUSED, refused.what() + ": " + refused.why(), refused.advice());
    }
  }

  private static List<String> answer(Verdict verdict, String reason, String advice) {
    return List.of(verdict.name(), reason, advice);
  }
}
