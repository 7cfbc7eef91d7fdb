package io.github.npu4j.bench;

import io.github.npu4j.runtime.Device;
import io.github.npu4j.text.Embedder;
import io.github.npu4j.text.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets more and more threads embed short texts, one a call, by one embedder that they share.
 *
 * <p>Arguments: the model's name in the catalog, the milliseconds a sample, the samples, then the
 * numbers of threads.
 */
final class ManyThreads {
  private ManyThreads() {}

  /** Prints two series a number of threads: texts a second, and the memory resident after them. */
  public static void main(String[] arguments) throws Exception {
    long millis = Long.parseLong(arguments[1]);
    double[] samples = new double[Integer.parseInt(arguments[2])];
    try (Embedder embedder = Embedder.open(arguments[0], Device.CPU)) {
      List<String> texts = ManyTexts.texts(1_000, 1);
      embedder.embedAll(texts);
      for (int i = 3; i < arguments.length; i++) {
        int threads = Integer.parseInt(arguments[i]);
        textsPerSecond(embedder, texts, threads, millis); // warms up, and makes the bindings
        for (int sample = 0; sample < samples.length; sample++) {
          samples[sample] = textsPerSecond(embedder, texts, threads, millis);
        }
        String subject = subject(arguments[0], threads);
        Lines.print("Scale", subject, "npu4j", "texts/s", samples);
        Lines.print("Scale", subject, "npu4j", "MB resident", Lines.residentMegabytes());
      }
    }
  }

  /** The case's name in the report. */
  static String subject(String model, int threads) {
    return "%s, short texts by %d threads".formatted(model, threads);
  }

  private static double textsPerSecond(
      Embedder embedder, List<String> texts, int threads, long millis) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      long start = System.nanoTime();
      List<Future<Long>> counts = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        int first = thread * texts.size() / threads;
        counts.add(pool.submit(() -> count(embedder, texts, first, over)));
      }
      Thread.sleep(millis);
      over.set(true);
      long all = 0;
      for (Future<Long> count : counts) {
        all += count.get();
      }
      return all / ((System.nanoTime() - start) / 1e9);
    }
  }

  private static long count(
      Embedder embedder, List<String> texts, int first, AtomicBoolean over) {
    float[] vector = new float[embedder.dimensions()];
    long count = 0;
    while (!over.get()) {
      embedder.embedInto(texts.get((int) ((first + count) % texts.size())), Role.NONE, vector, 0);
      count++;
    }
    return count;
  }
}
