package io.github.npu4j.ort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.github.npu4j.internal.process.ChildJvm;
import io.github.npu4j.internal.process.ChildResult;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * An environment with threads of its own. There is one environment in a process, so each test has a
 * process.
 */
class GlobalThreadsIT {

  private static final Duration LIMIT = Duration.ofMinutes(1);

  /** The number of elements that one thread is not given alone. */
  private static final int MANY = 1 << 20;

  /** Linux gives a thread the name of the one that started it. */
  private static final String STARTER = "ort-starter";

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "threads are counted in /proc")
  void sessionsShareTheEnvironmentsThreads() {
    assertEquals(List.of("0", "0", "3"), child(Threads.class, "1"));
    assertEquals(List.of("3", "3", "6"), child(Threads.class, "4"));
  }

  @Test
  void denormalsAreZeroOnThemIfSoAsked() {
    assertEquals(List.of("some are zero"), child(Denormals.class, "ZERO"));
    assertEquals(List.of("none is zero"), child(Denormals.class, "KEPT"));
  }

  private static List<String> child(Class<?> program, String... arguments) {
    ChildResult outcome = ChildJvm.run(program, List.of(arguments), LIMIT);
    return assertInstanceOf(ChildResult.Answered.class, outcome).lines();
  }

  private static Ort load(int intraOp, GlobalThreads.Denormals denormals) {
    GlobalThreads threads =
        GlobalThreads.defaults()
            .withIntraOp(intraOp)
            .withInterOp(1)
            .withIdle(GlobalThreads.Idle.SLEEP)
            .withDenormals(denormals);
    return Ort.load(
        NativeRuntime.find().onnxruntime().require(), OrtSettings.defaults().withThreads(threads));
  }

  /**
   * Answers how many threads ONNX Runtime has started: with the environment, with a session that
   * shares them, and with one of three more threads of its own.
   */
  static final class Threads {
    private Threads() {}

    public static void main(String[] arguments) {
      Thread.ofPlatform()
          .name(STARTER)
          .start(() -> ChildJvm.serve(() -> count(Integer.parseInt(arguments[0]))));
    }

    private static List<String> count(int intraOp) {
      Ort ort = load(intraOp, GlobalThreads.Denormals.KEPT);
      String environment = started();
      try (OrtModel _ = open(ort, SessionOptions.create(ort).useGlobalThreads())) {
        String withShared = started();
        try (OrtModel _ = open(ort, SessionOptions.create(ort).intraOpThreads(4))) {
          return List.of(environment, withShared, started());
        }
      }
    }

    private static String started() {
      int count = 0;
      try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
        for (Path task : tasks) {
          if (Files.readString(task.resolve("comm")).strip().equals(STARTER)) {
            count++;
          }
        }
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
      return Integer.toString(count - 1);
    }
  }

  /** Answers whether the sum of two denormals is zero wherever a pool's thread has made it. */
  static final class Denormals {
    private Denormals() {}

    public static void main(String[] arguments) {
      ChildJvm.serve(() -> {
        Ort ort = load(4, GlobalThreads.Denormals.valueOf(arguments[0]));
        try (OrtModel model = open(ort, SessionOptions.create(ort).useGlobalThreads());
            OrtTensor a = OrtTensor.allocate(ort, ElementType.FLOAT32, Shape.of(1, MANY));
            OrtTensor sum = OrtTensor.allocate(ort, ElementType.FLOAT32, Shape.of(1, MANY))) {
          for (int i = 0; i < MANY; i++) {
            a.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, Float.MIN_VALUE);
          }
          // The caller takes part, and does all of it where the others come too late.
          for (int round = 0; round < 100; round++) {
            model.run(Map.of("a", a, "b", a), Map.of("sum", sum), null);
            for (int i = 0; i < MANY; i++) {
              if (sum.data().getAtIndex(ValueLayout.JAVA_FLOAT, i) == 0) {
                return List.of("some are zero");
              }
            }
          }
          return List.of("none is zero");
        }
      });
    }
  }

  private static OrtModel open(Ort ort, SessionOptions options) {
    try (options) {
      return RealOrt.open(ort, OnnxBytes.add(MANY), options);
    }
  }
}
