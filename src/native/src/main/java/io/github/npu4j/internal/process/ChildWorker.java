package io.github.npu4j.internal.process;

import io.github.npu4j.error.NpuException;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A child process, as {@link ChildJvm} says, that is given one thing to do after another, each
 * within limits of time and memory.
 *
 * <p>It ends with its parent: a child whose input is closed stops at once. For one thread at a
 * time; the first answer that is not an answer is the last, for the process is then gone or in an
 * unknown state.
 */
public final class ChildWorker implements AutoCloseable {

  private static final String ANSWER = "npu4j-answers ";
  private static final String REFUSAL = "npu4j-refuses ";

  /** How a child says that it saw itself pass its limit, where its parent can't see that. */
  private static final int TOO_LARGE = 5;

  private static final int DEFECT = 1;

  /** Between two looks at what the child wrote and took. */
  private static final long TICK_MILLIS = 10;

  private static final Duration KILLED_WITHIN = Duration.ofSeconds(10);

  private static final int KIBIBYTE = 1024;

  private final Process process;
  private final Path scratch;
  private final Limits limits;
  private final RandomAccessFile out;
  private byte[] unfinished = {};
  private Optional<Limit> passed = Optional.empty();

  private ChildWorker(Process process, Path scratch, Limits limits, RandomAccessFile out) {
    this.process = process;
    this.scratch = scratch;
    this.limits = limits;
    this.out = out;
  }

  /**
   * What one answer may take.
   *
   * @param time how long it may take
   * @param bytes how much of the machine's memory the process may hold meanwhile
   */
  public record Limits(Duration time, long bytes) {}

  /** What a child can pass. */
  public enum Limit {
    /** It took longer than it may. */
    TIME,
    /** It held more memory than it may. */
    MEMORY
  }

  /** What a child does. */
  @FunctionalInterface
  public interface Service {
    /**
     * Answers a request.
     *
     * @param request what the parent asks
     * @throws NpuException if it refuses
     */
    List<String> answer(List<String> request);
  }

  /**
   * Starts a child.
   *
   * @param program a class with {@code main}, which calls {@link #serve}
   * @param arguments its arguments
   * @param limits of each answer; the first includes the start
   * @throws UncheckedIOException if no process can be started
   */
  public static ChildWorker start(Class<?> program, List<String> arguments, Limits limits) {
    try {
      Path scratch = Files.createTempDirectory("npu4j-child");
      try {
        Path out = Files.createFile(scratch.resolve("out"));
        Process process =
            new ProcessBuilder(ChildJvm.command(program, arguments, scratch, List.of()))
                .redirectOutput(out.toFile())
                .redirectError(scratch.resolve("errors").toFile())
                .start();
        return new ChildWorker(process, scratch, limits, new RandomAccessFile(out.toFile(), "r"));
      } catch (IOException | RuntimeException failed) {
        ChildJvm.delete(scratch);
        throw failed;
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /**
   * Asks the child and waits for its answer. An interrupted thread stops the child and stays
   * interrupted.
   *
   * @param request what to do
   * @return the answer; {@link ChildResult.Died} after an interrupt, too
   */
  public ChildResult ask(List<String> request) {
    boolean answered = false;
    try {
      OutputStream in = process.getOutputStream();
      try {
        in.write((joined(request) + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
      } catch (IOException gone) {
        // It ended while it started; how, is said below.
      }
      ChildResult result = await();
      answered = result instanceof ChildResult.Answered;
      return result;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    } finally {
      if (!answered) {
        kill();
      }
    }
  }

  /** Returns which limit the child passed, if it did. */
  public Optional<Limit> passed() {
    return passed;
  }

  private ChildResult await() throws IOException {
    long start = System.nanoTime();
    while (true) {
      boolean ended = waitFor();
      for (String line : newLines()) {
        if (line.startsWith(ANSWER)) {
          return new ChildResult.Answered(parts(line.substring(ANSWER.length())));
        } else if (line.startsWith(REFUSAL)) {
          List<String> parts = parts(line.substring(REFUSAL.length()));
          return new ChildResult.Refused(parts.get(0), parts.get(1), parts.get(2), parts.get(3));
        }
      }
      if (ended) {
        return process.exitValue() == TOO_LARGE
            ? stopped(Limit.MEMORY)
            : died(ChildJvm.words(process.exitValue(), scratch));
      }
      if (Thread.currentThread().isInterrupted()) {
        return died("was stopped");
      }
      if (System.nanoTime() - start > limits.time().toNanos()) {
        return stopped(Limit.TIME);
      }
      if (resident() > limits.bytes()) {
        return stopped(Limit.MEMORY);
      }
    }
  }

  private boolean waitFor() {
    try {
      return process.waitFor(TICK_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private ChildResult stopped(Limit limit) throws IOException {
    passed = Optional.of(limit);
    return died(
        switch (limit) {
          case TIME ->
              "was stopped after " + limits.time().toMillis() / 1e3 + " s without an answer";
          case MEMORY -> "was stopped when it held more than " + (limits.bytes() >> 20) + " MiB";
        });
  }

  private ChildResult.Died died(String how) throws IOException {
    return new ChildResult.Died(how, ChildJvm.tail(scratch.resolve("errors")));
  }

  /** Bytes of memory that the child holds; 0 where only the child itself can tell. */
  private long resident() {
    try {
      Path status = Path.of("/proc", Long.toString(process.pid()), "status");
      if (Files.exists(status)) {
        for (String line : Files.readAllLines(status, StandardCharsets.ISO_8859_1)) {
          if (line.startsWith("VmRSS:")) {
            String number = line.substring("VmRSS:".length(), line.lastIndexOf(' ')).strip();
            return Long.parseLong(number) * KIBIBYTE;
          }
        }
      }
    } catch (IOException | NumberFormatException gone) {
      // It has just ended.
    }
    return 0;
  }

  /** Whole lines that the child has written since the last call. */
  private List<String> newLines() throws IOException {
    byte[] more = new byte[(int) Math.min(out.length() - out.getFilePointer(), 1 << 20)];
    out.readFully(more);
    byte[] all = Arrays.copyOf(unfinished, unfinished.length + more.length);
    System.arraycopy(more, 0, all, unfinished.length, more.length);
    List<String> lines = new ArrayList<>();
    int begin = 0;
    for (int i = 0; i < all.length; i++) {
      if (all[i] == '\n') {
        lines.add(new String(all, begin, i - begin, StandardCharsets.UTF_8));
        begin = i + 1;
      }
    }
    unfinished = Arrays.copyOfRange(all, begin, all.length);
    return lines;
  }

  /** Waits until it is gone, so that nothing is written any more. */
  private void kill() {
    process.destroyForcibly();
    process
        .onExit()
        .completeOnTimeout(process, KILLED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }

  /** Ends the child. */
  @Override
  public void close() {
    kill();
    try {
      out.close();
    } catch (IOException left) {
      // Only read from; the folder goes with it.
    }
    ChildJvm.delete(scratch);
  }

  /**
   * The whole of a child's {@code main}: answers what it is asked until its parent ends it or ends.
   *
   * @param service what it does, on the thread that calls this
   */
  public static void serve(Service service) {
    BlockingQueue<String> requests = new LinkedBlockingQueue<>();
    Thread.ofPlatform().daemon().start(() -> read(requests));
    try {
      while (true) {
        List<String> request = parts(requests.take());
        try {
          say(ANSWER, service.answer(request));
        } catch (NpuException refused) {
          say(
              REFUSAL,
              List.of(
                  refused.getClass().getSimpleName(),
                  refused.what(),
                  refused.why(),
                  refused.advice()));
        }
      }
    } catch (InterruptedException | RuntimeException | Error defect) {
      defect.printStackTrace();
      Runtime.getRuntime().halt(DEFECT);
    }
  }

  /** Ends this process, a child, as one that holds more memory than it may. */
  public static void endTooLarge() {
    Runtime.getRuntime().halt(TOO_LARGE);
  }

  private static void read(BlockingQueue<String> requests) {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      String line;
      while ((line = in.readLine()) != null) {
        requests.add(line);
      }
    } catch (IOException closed) {
      // As good as its end.
    }
    // Whoever asked is gone: nobody waits for what is being done.
    Runtime.getRuntime().halt(DEFECT);
  }

  /** One write of one line: native libraries print to the same descriptor, not always lines. */
  private static void say(String mark, List<String> parts) {
    // Not closed: the descriptor is the process's.
    FileOutputStream output = new FileOutputStream(FileDescriptor.out);
    try {
      output.write(("\n" + mark + joined(parts) + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException full) {
      throw new UncheckedIOException(full);
    }
  }

  private static String joined(List<String> parts) {
    return parts.stream()
        .map(part -> ChildJvm.escape(part).replace("\t", "\\t"))
        .collect(Collectors.joining("\t"));
  }

  private static List<String> parts(String line) {
    return Arrays.stream(line.split("\t", -1)).map(ChildJvm::unescape).toList();
  }
}
