package io.github.npu4j.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Times opening a compiled model up to a graph that is ready to run, and closing it, in one of the
 * ways of {@link Loader}.
 *
 * <p>Arguments: the context binary, the case, the rival, how many loads warm up, how many are timed;
 * then {@code answer FILE} to compare the first load's answer with what the C program wrote, or
 * {@code dropped PROGRAM} to have a program drop the file from the page cache before each load, or
 * nothing.
 */
final class ContextLoad {
  private ContextLoad() {}

  /**
   * Prints one series for loads and closes together, without the run in between, and one for each
   * phase.
   */
  public static void main(String[] arguments) throws Exception {
    Path binary = Path.of(arguments[0]);
    Loader loader = Loader.of(arguments[2]);
    int warmups = Integer.parseInt(arguments[3]);
    double[] totals = new double[Integer.parseInt(arguments[4])];
    String mode = arguments.length > 5 ? arguments[5] : "";
    Map<String, double[]> phases = new LinkedHashMap<>();
    if (mode.equals("answer")) {
      checkAnswer(loader, binary, Path.of(arguments[6]), phases);
    }
    for (int load = -warmups; load < totals.length; load++) {
      if (mode.equals("dropped")) {
        drop(arguments[6], binary, loader.file(binary));
      }
      long start = System.nanoTime();
      Loader.Loaded loaded = loader.load(binary);
      long ready = System.nanoTime();
      Map<String, Long> parts = loaded.phases();
      long closing = System.nanoTime();
      loaded.close();
      long closed = System.nanoTime();
      if (load >= 0) {
        totals[load] = (ready - start + closed - closing) / 1e6;
        for (Map.Entry<String, Long> part : parts.entrySet()) {
          series(phases, part.getKey(), totals.length)[load] = part.getValue() / 1e6;
        }
        series(phases, "close", totals.length)[load] = (closed - closing) / 1e6;
      }
    }
    Lines.print("ContextLoad", arguments[1], arguments[2], "ms/op", totals);
    phases.forEach((name, samples) ->
        Lines.print("ContextLoad", arguments[1], arguments[2] + ": " + name, "ms/op", samples));
  }

  private static double[] series(Map<String, double[]> phases, String name, int samples) {
    return phases.computeIfAbsent(name, _ -> new double[samples]);
  }

  /** Refuses to time a rival that answers otherwise than C did, bit for bit. */
  private static void checkAnswer(
      Loader loader, Path binary, Path answer, Map<String, double[]> phases) throws Exception {
    float[] expected = new float[Math.toIntExact(Files.size(answer) / Float.BYTES)];
    ByteBuffer.wrap(Files.readAllBytes(answer))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer()
        .get(expected);
    try (Loader.Loaded loaded = loader.load(binary)) {
      float[] input = Expected.mlpInput(expected.length);
      long start = System.nanoTime();
      float[] output = loaded.run(input);
      phases.put("first execute", new double[] {(System.nanoTime() - start) / 1e6});
      if (!Arrays.equals(expected, output)) {
        throw new IllegalStateException(binary + " was answered wrongly; nothing is timed");
      }
    }
  }

  private static void drop(String program, Path... files) throws IOException, InterruptedException {
    String[] command = new String[files.length + 1];
    command[0] = program;
    for (int i = 0; i < files.length; i++) {
      command[i + 1] = files[i].toString();
    }
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      throw new IllegalStateException("the file can't be dropped; nothing is timed");
    }
  }
}
