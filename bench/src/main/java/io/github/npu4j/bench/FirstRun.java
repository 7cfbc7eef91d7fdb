package io.github.npu4j.bench;

import io.github.npu4j.runtime.NativeRuntime;
import java.nio.file.Path;

/**
 * A first run and nothing else, in a new virtual machine: whole, and to see which classes it needs.
 *
 * <p>Arguments: {@code ort} or {@code qnn}, and the file to run.
 */
final class FirstRun {
  private FirstRun() {}

  /** Prints one series of one sample. */
  public static void main(String[] arguments) throws Exception {
    long start = System.nanoTime();
    Path file = Path.of(arguments[1]);
    switch (arguments[0]) {
      case "ort" -> {
        try (OrtCaller caller = new FfmCaller(file)) {
          caller.run();
        }
      }
      case "qnn" -> {
        NativeRuntime runtime = NativeRuntime.find();
        Path backend = runtime.qnnHtp().require();
        Path system = runtime.qnnSystem().require();
        try (DirectCaller caller = new DirectCaller(backend, system, file)) {
          caller.run();
        }
      }
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    Lines.print(
        "FirstUse", arguments[0], "first run", "ms", (System.nanoTime() - start) / 1e6);
  }
}
