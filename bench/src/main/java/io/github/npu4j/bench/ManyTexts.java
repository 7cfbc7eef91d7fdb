package io.github.npu4j.bench;

import io.github.npu4j.runtime.Device;
import io.github.npu4j.text.Embedder;
import io.github.npu4j.text.Embedding;
import io.github.npu4j.text.Role;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Embeds more and more short texts in one call, in one process.
 *
 * <p>Arguments: the model's name in the catalog, then the numbers of texts, growing.
 */
final class ManyTexts {
  private static final int WARM_UP = 1_000;

  /** Calls with fewer texts than this are repeated for as many, but not more often than that. */
  private static final int ENOUGH = 5_000;

  private static final int MOST_CALLS = 200;

  private ManyTexts() {}

  /** Prints two series a number: milliseconds a text, and the memory that is resident after it. */
  public static void main(String[] arguments) throws IOException {
    try (Embedder embedder = Embedder.open(arguments[0], Device.CPU)) {
      List<String> warmUp = texts(WARM_UP, 1);
      embedder.embedAll(warmUp);
      embedder.embedAll(warmUp);
      for (int i = 1; i < arguments.length; i++) {
        int count = Integer.parseInt(arguments[i]);
        String subject = subject(arguments[0], count);
        List<String> texts = texts(count, i);
        int calls = Math.clamp(ENOUGH / count, 1, MOST_CALLS);
        double[] millis = new double[calls];
        for (int call = 0; call < calls; call++) {
          long start = System.nanoTime();
          List<Embedding> answers = embedder.embeddings(texts, Role.NONE);
          millis[call] = (System.nanoTime() - start) / 1e6 / answers.size();
        }
        Lines.print("Scale", subject, "npu4j", "ms/text", millis);
        Lines.print("Scale", subject, "npu4j", "MB resident", Lines.residentMegabytes());
      }
    }
  }

  /** The case's name in the report. */
  static String subject(String model, int count) {
    return "%s, %6d short texts in one call".formatted(model, count);
  }

  /** Texts of three words, no two the same but by chance. */
  static List<String> texts(int count, int seed) {
    Random random = new Random(seed);
    List<String> texts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      texts.add(EmbedCorpus.text(5, random));
    }
    return texts;
  }
}
