package io.github.npu4j.cli;

import io.github.npu4j.engine.Placement;
import io.github.npu4j.numeric.Similarity;
import io.github.npu4j.report.Percentiles;
import io.github.npu4j.runtime.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** An embedding model on one device, and what was measured with it so far. */
final class EmbedRun extends DeviceRun<EmbedRun.Subject, float[]> {

  /** An embedding model on one device. */
  interface Subject extends DeviceRun.Subject {
    /** Embeds a text; the vector is good until the next call. */
    float[] embed(String text);
  }

  /**
   * What a device took; times in milliseconds.
   *
   * @param load until the model was open
   * @param first the first text after that
   * @param whole from a text to its vector
   * @param textsPerSecond all texts, one after the other, by their whole time
   * @param bytesPerText what a text allocates on the Java heap, on average, the tokenizer's share
   *     counted; {@code null} if this JVM does not count it
   * @param leastCosine the least cosine of a text's vector with the CPU's
   */
  record Figures(
      String engine,
      String detail,
      double load,
      double first,
      Percentiles whole,
      double textsPerSecond,
      @Nullable Long bytesPerText,
      double leastCosine) {}

  /** The first vector of each text. */
  private final List<float[]> vectors = new ArrayList<>();

  /** The least cosine of a later vector with the first one of the same text. */
  private double steadiness = 1;

  /** Makes a run that is not open. */
  EmbedRun(Device device, Opener<Subject> opener, LongSupplier clock) {
    super(device, opener, clock);
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
      steadiness = Math.min(steadiness, Similarity.cosine(answer, vectors.get(text)));
    }
  }

  /**
   * Returns what was measured after at least one round.
   *
   * @param reference the run with the vectors that count as right
   */
  Figures figures(EmbedRun reference) {
    Placement placement = subject().placement();
    double least = steadiness;
    for (int i = 0; i < vectors.size(); i++) {
      least = Math.min(least, Similarity.cosine(vectors.get(i), reference.vectors.get(i)));
    }
    return new Figures(
        placement.engine().label(),
        placement.detail(),
        loadMillis(),
        firstMillis(),
        whole(),
        perSecond(count()),
        bytesPerAnswer(),
        least);
  }
}
