package io.github.npu4j.cli;

import io.github.npu4j.numeric.Similarity;
import io.github.npu4j.report.DeviceResult;
import io.github.npu4j.report.Samples;
import io.github.npu4j.report.Series;
import io.github.npu4j.runtime.Device;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** An embedding model on one device, and what was measured with it so far. */
final class EmbedRun extends DeviceRun<EmbedRun.Subject, float[]> {

  /** The series of single texts. */
  static final String TEXT = "text";

  /**
   * What a text allocates on the Java heap, by median, the tokenizer's share counted, where the JVM
   * counts it.
   */
  static final String BYTES = "bytesPerText";

  /** All single texts, one after the other, by their whole time. */
  static final String RATE = "textsPerSecond";

  /** The least cosine of a text's vector with the CPU's. */
  static final String COSINE = "leastCosine";

  /** An embedding model on one device. */
  interface Subject extends DeviceRun.Subject {
    /** Embeds a text; the vector is good until the next call. */
    float[] embed(String text);

    /** Embeds texts that are given at once. */
    List<float[]> embedAll(List<String> texts);
  }

  /** The first vector of each text. */
  private final List<float[]> vectors = new ArrayList<>();

  private final Map<Integer, Samples> batches = new LinkedHashMap<>();

  /** The least cosine of a later vector with the first one of the same text. */
  private double steadiness = 1;

  /**
   * Makes a run that is not open.
   *
   * @param batches how many texts to give at once, after the single ones in each round
   */
  EmbedRun(Device device, Opener<Subject> opener, List<Integer> batches, LongSupplier clock) {
    super(device, opener, clock);
    batches.forEach(size -> this.batches.put(size, new Samples()));
  }

  /** Returns the name of the series of so many texts at once. */
  static String batch(int size) {
    return "batch of " + size;
  }

  @Override
  float[] answer(String text) {
    return subject().embed(text);
  }

  @Override
  void keep(int text, float[] answer) {
    if (text == vectors.size()) {
      vectors.add(answer.clone());
    } else {
      compare(text, answer);
    }
  }

  private void compare(int text, float[] answer) {
    steadiness = Math.min(steadiness, Similarity.cosine(answer, vectors.get(text)));
  }

  @Override
  void warmUp(List<String> texts, long nanos) {
    super.warmUp(texts, nanos);
    batches.keySet().forEach(size -> subject().embedAll(batch(texts, size)));
  }

  @Override
  void round(List<String> texts) {
    super.round(texts);
    batches.forEach((size, samples) -> round(texts, size, samples));
  }

  private void round(List<String> texts, int size, Samples samples) {
    List<String> batch = batch(texts, size);
    long begin = now();
    List<float[]> answers = subject().embedAll(batch);
    samples.record(now() - begin);
    for (int i = 0; i < size; i++) {
      compare(i % texts.size(), answers.get(i));
    }
  }

  /** Returns a batch of the texts, each as often as it takes to fill it. */
  private static List<String> batch(List<String> texts, int size) {
    List<String> batch = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      batch.add(texts.get(i % texts.size()));
    }
    return batch;
  }

  /**
   * Returns what was measured after at least one round.
   *
   * @param reference the run with the vectors that count as right
   */
  DeviceResult result(EmbedRun reference) {
    double least = steadiness;
    for (int i = 0; i < vectors.size(); i++) {
      least = Math.min(least, Similarity.cosine(vectors.get(i), reference.vectors.get(i)));
    }
    List<Series> series = new ArrayList<>();
    series.add(whole(TEXT));
    batches.forEach((size, samples) -> series.add(samples.series(batch(size), size)));
    Map<String, Double> others = new LinkedHashMap<>();
    others.put(RATE, perSecond(count()));
    others.put(COSINE, least);
    return result(figures(BYTES, others), List.of(firstUse(TEXT)), series);
  }
}
