package io.github.npu4j.internal.trial;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.IncompatibleModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.error.RunAbortedException;
import io.github.npu4j.error.RuntimeMissingException;
import io.github.npu4j.internal.process.ChildJvm;
import io.github.npu4j.internal.process.ChildResult;
import io.github.npu4j.qnn.QnnSystem;
import io.github.npu4j.store.Cache;
import io.github.npu4j.store.entries.FileEntries;
import io.github.npu4j.store.files.FileState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The first look into a context binary that is not trusted, in a process of its own.
 *
 * <p>QNN's system library trusts the structure of a file: one changed byte near the start of a file
 * can end the process that reads it. So a file without a manifest is read by a child first. One
 * that was found readable is remembered in the cache, for its present state and the library that
 * read it: a file costs one child when it is new, and none after.
 *
 * <p>Safe for use by many threads and processes.
 */
public final class FirstLook {

  private static final Logger LOGGER = System.getLogger("io.github.npu4j.engine");

  private static final Duration LIMIT = Duration.ofMinutes(1);

  private static final String PREFIX = "looked-";

  /** How many files are remembered; each takes a folder with one short file. */
  private static final int MOST_FILES = 64;

  private static final String NOTE = "read-by";

  private FirstLook() {}

  /**
   * Makes sure that a file can be read in this process.
   *
   * @param file the context binary
   * @param name what to call it in messages
   * @param system the path of QNN's system library
   * @param cache where files are remembered; if it can't be written, none are
   * @throws ModelMissingException if there is no such file
   * @throws BadModelException if the child was ended by it, or the library refused it
   * @throws IncompatibleModelException if it is of a kind npu4j can't use
   * @throws RuntimeMissingException if no child can be started
   * @throws RunAbortedException if this thread was interrupted
   */
  public static void require(Path file, String name, Path system, Cache cache) {
    try {
      String library = FileState.of(system).state();
      new FileEntries(cache, Cache.Section.COMPILED, PREFIX, MOST_FILES)
          .publish(
              file.toRealPath(),
              library,
              folder -> {
                look(file, name, system);
                Files.writeString(folder.resolve(NOTE), system + "\n");
              });
    } catch (NoSuchFileException absent) {
      throw new ModelMissingException(
          "can't open " + name, "there is no such file", "Check the path.", absent);
    } catch (IOException unwritable) {
      LOGGER.log(Level.DEBUG, "{0} is looked at anew: {1}", file, unwritable.toString());
      look(file, name, system);
    }
  }

  private static void look(Path file, String name, Path system) {
    switch (child(file, name, system)) {
      case ChildResult.Answered _ -> {}
      case ChildResult.Refused refused -> throw refusal(refused, name);
      case ChildResult.Died _ when Thread.currentThread().isInterrupted() ->
          throw new RunAbortedException(
              "opening " + name + " was given up", "the thread was interrupted", "");
      case ChildResult.Died died ->
          throw new BadModelException(
              name + " is no context binary, or is damaged",
              "the process that read it " + died.how(),
              "Get the file again, or compile the model again.");
    }
  }

  private static ChildResult child(Path file, String name, Path system) {
    try {
      return ChildJvm.run(
          FirstLook.class, List.of(system.toString(), file.toAbsolutePath().toString()), LIMIT);
    } catch (UncheckedIOException failed) {
      throw new RuntimeMissingException(
          "can't look into " + name + " in a process of its own",
          String.valueOf(failed.getMessage()),
          "If the temporary folder can't be written, name another by -Djava.io.tmpdir.",
          failed);
    }
  }

  private static RuntimeException refusal(ChildResult.Refused refused, String name) {
    if (refused.is(IncompatibleModelException.class)) {
      return new IncompatibleModelException(refused.what(), refused.why(), refused.advice());
    }
    return new BadModelException(
        name + " is no context binary, or is damaged",
        refused.why().isEmpty() ? refused.what() : refused.what() + ": " + refused.why(),
        "Get the file again, or compile the model again.");
  }

  /**
   * The child.
   *
   * @param arguments the system library, the context binary
   */
  public static void main(String[] arguments) {
    ChildJvm.serve(() -> read(Path.of(arguments[0]), Path.of(arguments[1])));
  }

  private static List<String> read(Path system, Path file) {
    try (Arena arena = Arena.ofShared();
        FileChannel channel = FileChannel.open(file)) {
      MemorySegment binary = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      QnnSystem.load(system).read(binary);
      return List.of("read");
    } catch (IOException unreadable) {
      throw new ModelMissingException(
          "can't read " + file, String.valueOf(unreadable.getMessage()), "Check the path.");
    }
  }
}
