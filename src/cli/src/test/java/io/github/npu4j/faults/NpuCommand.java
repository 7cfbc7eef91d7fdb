package io.github.npu4j.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The command as a process of its own, in surroundings of the caller's choice. Each has a folder
 * for what it prints, beside the one that it works in.
 */
final class NpuCommand {

  private static final int MOST_SECONDS = 180;

  /** The exit codes that are documented. */
  private static final Set<Integer> DOCUMENTED = Set.of(0, 1, 2, 3, 4);

  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private final Set<String> unset = new HashSet<>();
  private final List<String> before = new ArrayList<>();
  private final List<String> java = new ArrayList<>();

  /**
   * Prepares commands.
   *
   * @param folder for {@code home}, the temporary folder {@code tmp} and what is printed; made
   */
  NpuCommand(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    Files.createDirectories(folder.resolve("tmp"));
    environment.put("NPU4J_HOME", home().toString());
    java.add("-Djava.io.tmpdir=" + folder.resolve("tmp"));
    java.add("-XX:ErrorFile=" + folder.resolve("hs_err.log"));
  }

  Path home() {
    return folder.resolve("home");
  }

  Path temporary() {
    return folder.resolve("tmp");
  }

  /** Sets a variable. */
  NpuCommand with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** Takes a variable away. */
  NpuCommand without(String variable) {
    environment.remove(variable);
    unset.add(variable);
    return this;
  }

  /** Adds options of the Java VM. */
  NpuCommand withJava(String... options) {
    java.addAll(List.of(options));
    return this;
  }

  /** Runs it by a shell that does this first, such as {@code umask 077}. */
  NpuCommand after(String shell) {
    return by("sh", "-c", shell + "; exec \"$@\"", "sh");
  }

  /** Runs it by another program, whose arguments it becomes. */
  NpuCommand by(String... program) {
    before.addAll(List.of(program));
    return this;
  }

  /** What a command ended with. */
  record Answer(List<String> command, int code, String results, String notices, Path folder) {

    Answer requireCode(int wanted) {
      assertEquals(wanted, code, this::toString);
      return this;
    }

    /** Requires that it is done, or ends with one sentence and a documented code. */
    Answer requireDoneOrOneSentence() {
      assertTrue(DOCUMENTED.contains(code), this::toString);
      assertFalse(Files.exists(folder.resolve("hs_err.log")), this::toString);
      assertFalse(notices.contains("a defect of npu4j"), this::toString);
      assertFalse(notices.contains("\tat "), this::toString);
      if (code != 0) {
        List<String> last = notices.lines().filter(line -> line.startsWith("npu4j: ")).toList();
        assertFalse(last.isEmpty(), this::toString);
      }
      return this;
    }

    /** Requires that what it complains about has these words. */
    Answer requireWords(String... words) {
      for (String word : words) {
        assertTrue(notices.contains(word), () -> word + " is not in " + this);
      }
      return this;
    }

    @Override
    public String toString() {
      return String.join(" ", command) + " ended with " + code + "\n" + results + notices;
    }
  }

  /** A command that runs. */
  final class Running {
    private final List<String> arguments;
    private final Process process;
    private final Path results;
    private final Path notices;

    private Running(List<String> arguments) throws IOException {
      this.arguments = arguments;
      this.results = Files.createTempFile(folder, "out", "");
      this.notices = Files.createTempFile(folder, "err", "");
      List<String> command = new ArrayList<>(before);
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"));
      command.addAll(List.of("-XX:+DisplayVMOutputToStderr", "-Xlog:disable"));
      command.addAll(java);
      command.addAll(List.of("-cp", classPath(), Main.class.getName()));
      command.addAll(arguments);
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().putAll(environment);
      unset.forEach(builder.environment()::remove);
      process = builder.redirectOutput(results.toFile()).redirectError(notices.toFile()).start();
    }

    Process process() {
      return process;
    }

    /** Kills it and what it started. */
    void kill() throws InterruptedException {
      List<ProcessHandle> children = process.descendants().toList();
      process.destroyForcibly();
      children.forEach(ProcessHandle::destroyForcibly);
      process.waitFor();
    }

    /** Sends a signal by its name, such as {@code INT}. */
    void signal(String name) throws IOException, InterruptedException {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    }

    Answer await() throws IOException, InterruptedException {
      if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
        kill();
        throw new AssertionError(arguments + " hangs: " + Files.readString(notices));
      }
      Answer answer =
          new Answer(
              arguments,
              process.exitValue(),
              Files.readString(results),
              Files.readString(notices),
              folder);
      Files.delete(results);
      Files.delete(notices);
      return answer;
    }
  }

  /** Starts a command. */
  Running start(Object... arguments) throws IOException {
    return new Running(Stream.of(arguments).map(String::valueOf).toList());
  }

  /** Runs a command to its end. */
  Answer run(Object... arguments) throws IOException, InterruptedException {
    return start(arguments).await();
  }

  /** Returns what is below a folder, by relative paths; nothing if it is not there. */
  static Set<String> below(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return Set.of();
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(path -> !path.equals(folder))
          .map(path -> folder.relativize(path).toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** Returns the files and folders that only a writer that has ended would not have left. */
  static Set<String> leftovers(Path folder) throws IOException {
    return below(folder).stream()
        .filter(path ->
            path.contains(".writing-")
                || path.contains(".removing-")
                || path.endsWith("-lock")
                || path.endsWith(".lock"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns the class path of the tests. */
  static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
