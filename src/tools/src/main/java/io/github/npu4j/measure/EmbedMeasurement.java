package io.github.npu4j.measure;

import io.github.npu4j.numeric.Similarity;
import io.github.npu4j.runtime.Device;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** An embedding model on one device, and what was measured with it so far. */
final class EmbedMeasurement extends DeviceMeasurement<EmbedMeasurement.Encoder, float[]> {

  /** An embedding model that is open on one device. */
  interface Encoder extends OpenModel {
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
   * Makes a measurement whose model is not open.
   *
   * @param batches how many texts to give at once, after the single ones in each round
   */
  EmbedMeasurement(
      Device device, Opener<Encoder> opener, List<Integer> batches, LongSupplier clock) {
    super(device, opener, clock);
    batches.forEach(size -> this.batches.put(size, new Samples()));
  }

  @Override
  float[] answer(String text) {
    return model().embed(text);
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
    batches.keySet().forEach(size -> model().embedAll(batch(texts, size)));
  }

  @Override
  void round(List<String> texts) {
    super.round(texts);
    batches.forEach((size, samples) -> round(texts, size, samples));
  }

  private void round(List<String> texts, int size, Samples samples) {
    List<String> batch = batch(texts, size);
    long begin = now();
    List<float[]> answers = model().embedAll(batch);
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
   * @param reference the measurement with the vectors that count as right
   */
  DeviceResult result(EmbedMeasurement reference) {
    double least = steadiness;
    for (int i = 0; i < vectors.size(); i++) {
      least = Math.min(least, Similarity.cosine(vectors.get(i), reference.vectors.get(i)));
    }
    List<Series> series = new ArrayList<>();
    series.add(whole(EmbedBenchmark.TEXT));
    batches.forEach(
        (size, samples) -> series.add(samples.series(EmbedBenchmark.batch(size), size)));
    Map<String, Double> others = new LinkedHashMap<>();
    others.put(EmbedBenchmark.RATE, perSecond(count()));
    others.put(EmbedBenchmark.COSINE, least);
    return result(
        figures(EmbedBenchmark.BYTES, others), List.of(firstUse(EmbedBenchmark.TEXT)), series);
  }
}
