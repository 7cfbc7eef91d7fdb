package io.github.npu4j.internal.trial;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.IncompatibleModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.error.RunAbortedException;
import io.github.npu4j.error.RuntimeMissingException;
import io.github.npu4j.internal.process.ChildJvm;
import io.github.npu4j.internal.process.ChildResult;
import io.github.npu4j.qnn.Qnn;
import io.github.npu4j.qnn.QnnContext;
import io.github.npu4j.qnn.QnnLibraries;
import io.github.npu4j.qnn.QnnSystem;
import io.github.npu4j.qnn.info.ContextBinary;
import io.github.npu4j.runtime.NativeRuntime;
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
import java.util.ArrayList;
import java.util.List;

/**
 * The first look into a context binary that is not trusted, in a process of its own.
 *
 * <p>QNN's system library trusts the structure of a file: one changed byte near the start of a file
 * can end the process that reads it. HTP trusts more of it: of 10,000 broken copies of a small file
 * 16 ended the process that made a context of them, though the system library had read them. So a
 * file without a manifest is read by a child first, and loaded by it if it is to be loaded. One
 * that did no harm is remembered in the cache, for its present state and the libraries: a file
 * costs one child when it is new, and none after.
 *
 * <p>Safe for use by many threads and processes.
 */
public final class FirstLook {

  private static final Logger LOGGER = System.getLogger("io.github.npu4j.engine");

  private static final Duration LIMIT = Duration.ofMinutes(1);

  /** With HTP, which is larger and does more. */
  private static final Duration LOAD_LIMIT = Duration.ofMinutes(2);

  private static final String LOOKED = "looked-";
  private static final String LOADED = "loaded-";

  /** How many files are remembered; each takes a folder with one short file. */
  private static final int MOST_FILES = 64;

  private static final String NOTE = "read-by";

  private final Path file;
  private final String name;
  private final List<Path> libraries;
  private final Duration limit;

  private FirstLook(Path file, String name, List<Path> libraries, Duration limit) {
    this.file = file;
    this.name = name;
    this.libraries = libraries;
    this.limit = limit;
  }

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
    new FirstLook(file, name, List.of(system), LIMIT).require(LOOKED, cache);
  }

  /**
   * Makes sure that a file can be read, and a context made of it, in this process. A file that the
   * backend refuses in words passes: it will refuse it again.
   *
   * @param file the context binary
   * @param name what to call it in messages
   * @param libraries the backend and QNN's system library
   * @param cache where files are remembered; if it can't be written, none are
   * @throws ModelMissingException if there is no such file
   * @throws BadModelException if the child was ended by it, or the system library refused it
   * @throws IncompatibleModelException if it is of a kind npu4j can't use
   * @throws RuntimeMissingException if no child can be started
   * @throws RunAbortedException if this thread was interrupted
   */
  public static void requireLoadable(Path file, String name, QnnLibraries libraries, Cache cache) {
    new FirstLook(file, name, List.of(libraries.system(), libraries.backend()), LOAD_LIMIT)
        .require(LOADED, cache);
  }

  private void require(String prefix, Cache cache) {
    try {
      StringBuilder state = new StringBuilder();
      for (Path library : libraries) {
        state.append(FileState.of(library).state());
      }
      new FileEntries(cache, Cache.Section.COMPILED, prefix, MOST_FILES)
          .publish(
              file.toRealPath(),
              state.toString(),
              folder -> {
                look();
                Files.writeString(folder.resolve(NOTE), libraries + "\n");
              });
    } catch (NoSuchFileException absent) {
      throw new ModelMissingException(
          "can't open " + name, "there is no such file", "Check the path.", absent);
    } catch (IOException unwritable) {
      LOGGER.log(Level.DEBUG, "{0} is looked at anew: {1}", file, unwritable.toString());
      look();
    }
  }

  private void look() {
    switch (child()) {
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

  private ChildResult child() {
    List<String> arguments = new ArrayList<>();
    arguments.add(file.toAbsolutePath().toString());
    libraries.forEach(library -> arguments.add(library.toString()));
    try {
      return ChildJvm.run(FirstLook.class, arguments, limit);
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
   * @param arguments the context binary, the system library, and HTP if it is to be loaded, too
   */
  public static void main(String[] arguments) {
    Path file = Path.of(arguments[0]);
    Path system = Path.of(arguments[1]);
    ChildJvm.serve(() -> {
      try (Arena arena = Arena.ofShared();
          FileChannel channel = FileChannel.open(file)) {
        MemorySegment binary = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        ContextBinary content = QnnSystem.load(system).read(binary);
        if (arguments.length > 2) {
          load(new QnnLibraries(Path.of(arguments[2]), system), binary, content);
        }
        return List.of("read");
      } catch (IOException unreadable) {
        throw new ModelMissingException(
            "can't read " + file, String.valueOf(unreadable.getMessage()), "Check the path.");
      }
    });
  }

  private static void load(QnnLibraries libraries, MemorySegment binary, ContextBinary content) {
    NativeRuntime runtime = NativeRuntime.find();
    if (content.sharedWeightsBytes() > 0 && runtime.platform().emulatesHtp()) {
      return; // Whole as it may be, the emulator dies of it: who opens it is told so.
    }
    runtime.announceSkels();
    try (Qnn qnn = Qnn.load(libraries);
        QnnContext context = QnnContext.create(qnn, binary)) {
      context.graphNames().forEach(context::graph);
    } catch (NpuException refused) {
      // In words, which the parent will hear, too.
    }
  }
}
