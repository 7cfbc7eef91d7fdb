package io.github.npu4j.internal.process;

import io.github.npu4j.error.NpuException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A Java process of its own for what may end the process: the first load of a file from elsewhere,
 * a call through a table whose version is not known.
 *
 * <p>The child is the same Java with the same class or module path, npu4j's system properties and
 * native access. What native libraries print does not mix with its answer. A child that dies takes
 * nothing along; how it died becomes words.
 */
public final class ChildJvm {

  private static final String ANSWER = "npu4j-answer ";
  private static final String REFUSAL = "npu4j-refusal ";

  /** What a child that refused exits with; a VM has its own meaning for 1. */
  private static final int REFUSED = 4;

  /** A shell's and Java's way to report a signal on Unix: 128 and the signal's number. */
  private static final int SIGNAL_BASE = 128;

  /** For what has ended before the second compiler would pay. */
  private static final List<String> QUICK_START = List.of("-XX:TieredStopAtLevel=1");

  private static final int TAIL_CHARACTERS = 2000;

  /** What this process has set for itself in properties that a child would take for the user's. */
  private static final Set<String> OWN_VALUES = ConcurrentHashMap.newKeySet();

  private ChildJvm() {}

  /**
   * Keeps a value of a system property from children: this process has set it for itself, and a
   * child finds its own.
   *
   * @param value the value of a property whose name begins with {@code onnxruntime.native.}
   */
  public static void keepFromChildren(String value) {
    OWN_VALUES.add(value);
  }

  /**
   * Runs a program and waits for its end.
   *
   * @param program a class with {@code main}, which calls {@link #serve}
   * @param arguments its arguments
   * @param limit how long it may take; a child that takes longer is killed
   * @throws UncheckedIOException if no process can be started
   */
  public static ChildResult run(Class<?> program, List<String> arguments, Duration limit) {
    try {
      Path scratch = Files.createTempDirectory("npu4j-child");
      try {
        return run(command(program, arguments, scratch, QUICK_START), scratch, limit);
      } finally {
        delete(scratch);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /**
   * The whole of a child's {@code main}: does the work, prints the answer, ends the process.
   *
   * @param work returns the answer, any number of lines
   */
  public static void serve(Supplier<List<String>> work) {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    int code = 0;
    try {
      // Native libraries print to the same descriptor, not always whole lines.
      work.get().forEach(line -> out.print("\n" + ANSWER + escape(line) + "\n"));
    } catch (NpuException refused) {
      for (String part :
          List.of(
              refused.getClass().getSimpleName(),
              refused.what(),
              refused.why(),
              refused.advice())) {
        out.print("\n" + REFUSAL + escape(part) + "\n");
      }
      code = REFUSED;
    } catch (RuntimeException | Error defect) {
      defect.printStackTrace();
      code = 1;
    }
    out.flush();
    // Not exit: libraries that were left in the middle of something run no exit handlers.
    Runtime.getRuntime().halt(code);
  }

  private static ChildResult run(List<String> command, Path scratch, Duration limit)
      throws IOException {
    Path out = scratch.resolve("out");
    Path errors = scratch.resolve("errors");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(errors.toFile())
            .start();
    process.getOutputStream().close();
    if (!waitFor(process, limit)) {
      return new ChildResult.Died(
          "was stopped after " + limit.toSeconds() + " s without an answer", tail(errors));
    }
    List<String> lines = Files.readString(out, StandardCharsets.UTF_8).lines().toList();
    return switch (process.exitValue()) {
      case 0 -> new ChildResult.Answered(marked(lines, ANSWER));
      case REFUSED -> {
        List<String> parts = marked(lines, REFUSAL);
        yield new ChildResult.Refused(parts.get(0), parts.get(1), parts.get(2), parts.get(3));
      }
      default -> new ChildResult.Died(words(process.exitValue(), scratch), tail(errors));
    };
  }

  private static boolean waitFor(Process process, Duration limit) {
    boolean ended = false;
    try {
      ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      if (!ended) {
        process.destroyForcibly();
      }
    }
    return ended;
  }

  /** The modules that call native code: this one, and the program's own. */
  private static String nativeAccess(Module program) {
    Module bindings = ChildJvm.class.getModule();
    return program == bindings ? bindings.getName() : bindings.getName() + "," + program.getName();
  }

  /**
   * Returns the command line of a child.
   *
   * @param flags for the VM, besides those that every child has
   */
  static List<String> command(
      Class<?> program, List<String> arguments, Path scratch, List<String> flags) {
    List<String> command = new ArrayList<>();
    String java = System.getProperty("os.name", "").startsWith("Windows") ? "java.exe" : "java";
    command.add(Path.of(System.getProperty("java.home"), "bin", java).toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + scratch.resolve("crash-%p.log"),
            "-Dfile.encoding=UTF-8",
            "-Dstdout.encoding=UTF-8",
            "-Dstderr.encoding=UTF-8"));
    command.addAll(flags);
    System.getProperties()
        .forEach((name, value) -> {
          if (name.toString().startsWith("npu4j.")
              || (name.toString().startsWith("onnxruntime.native.")
                  && !OWN_VALUES.contains(value.toString()))) {
            command.add("-D" + name + "=" + value);
          }
        });
    Module module = program.getModule();
    String modulePath = System.getProperty("jdk.module.path");
    if (module.isNamed() && modulePath != null) {
      command.addAll(
          List.of(
              "--enable-native-access=" + nativeAccess(module),
              "--module-path",
              modulePath,
              "--class-path",
              System.getProperty("java.class.path", ""),
              "--module",
              module.getName() + "/" + program.getName()));
    } else {
      command.addAll(
          List.of(
              "--enable-native-access=ALL-UNNAMED",
              "--class-path",
              classPath(program),
              program.getName()));
    }
    command.addAll(arguments);
    return command;
  }

  /** The class path of this process, and where the program itself is from if it is not on it. */
  private static String classPath(Class<?> program) {
    Set<String> entries = new LinkedHashSet<>();
    entries.add(System.getProperty("java.class.path", ""));
    CodeSource source = program.getProtectionDomain().getCodeSource();
    if (source != null && source.getLocation() != null) {
      try {
        entries.add(Path.of(source.getLocation().toURI()).toString());
      } catch (URISyntaxException
          | IllegalArgumentException
          | FileSystemNotFoundException notAFile) {
        // Loaded from inside another archive: the class path has to do.
      }
    }
    entries.remove("");
    return String.join(System.getProperty("path.separator"), entries);
  }

  static String words(int code, Path scratch) throws IOException {
    String crash = crash(scratch);
    if (!crash.isEmpty()) {
      return "was ended by " + crash;
    }
    if (code > SIGNAL_BASE && code < SIGNAL_BASE + 65) {
      return "was ended by signal " + (code - SIGNAL_BASE);
    }
    return "ended with code " + (code < 0 ? "0x" + Integer.toHexString(code) : code);
  }

  /** Reads from the VM's crash report which signal it was, and in which library. */
  private static String crash(Path scratch) throws IOException {
    try (DirectoryStream<Path> reports = Files.newDirectoryStream(scratch, "crash-*.log")) {
      for (Path report : reports) {
        String signal = "";
        String frame = "";
        boolean frameFollows = false;
        for (String line : Files.readString(report, StandardCharsets.ISO_8859_1).lines().toList()) {
          if (line.startsWith("#  SIG") || line.startsWith("#  EXCEPTION_")) {
            signal = line.substring(1).strip().split("\\s", 2)[0];
          } else if (frameFollows) {
            int open = line.indexOf('[');
            int close = line.indexOf('+', open);
            frame = open > 0 && close > open ? " in " + line.substring(open + 1, close) : "";
            break;
          }
          frameFollows = line.startsWith("# Problematic frame");
        }
        return signal.isEmpty() ? "a crash of the VM" : signal + frame;
      }
    }
    return "";
  }

  private static List<String> marked(List<String> lines, String mark) {
    return lines.stream()
        .filter(line -> line.startsWith(mark))
        .map(line -> unescape(line.substring(mark.length())))
        .toList();
  }

  static String escape(String line) {
    return line.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
  }

  static String unescape(String line) {
    return line.translateEscapes();
  }

  static String tail(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    return text.substring(Math.max(0, text.length() - TAIL_CHARACTERS));
  }

  static void delete(Path scratch) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(scratch)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(scratch);
    } catch (IOException left) {
      // A killed child may still hold its files for a moment on Windows; the folder is temporary.
    }
  }
}
