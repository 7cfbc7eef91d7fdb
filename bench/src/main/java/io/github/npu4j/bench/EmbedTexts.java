package io.github.npu4j.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Times one rival at embedding texts, after its vectors were compared with the corpus'.
 *
 * <p>Arguments: the rival, the corpus, the least seconds a case, then the cases: a number of tokens
 * and a number of texts at once, such as {@code 30x8}, or {@code mixed}.
 */
final class EmbedTexts {
  /** Of the time that is measured: how much of it goes before, unmeasured. */
  private static final double WARM_UP = 0.5;

  private static final int FEWEST_SAMPLES = 3;

  private EmbedTexts() {}

  /** Prints two series a case: how long each call took, and texts a second. */
  public static void main(String[] arguments) throws Exception {
    String rival = arguments[0];
    EmbedCorpus corpus = EmbedCorpus.read(Path.of(arguments[1]));
    String model = corpus.model();
    double seconds = Double.parseDouble(arguments[2]);
    try (EmbedRival embedder = EmbedRival.open(rival, model, corpus.folder())) {
      for (int i = 3; i < arguments.length; i++) {
        if (arguments[i].equals(EmbedCorpus.MIXED)) {
          mixed(embedder, corpus, model, rival);
        } else {
          String[] size = arguments[i].split("x");
          String name = size[0] + " tokens";
          int batch = Integer.parseInt(size[1]);
          double[] millis = samples(embedder, corpus, name, batch, seconds);
          String subject = "%s, %3s tokens, %2d at once".formatted(model, size[0], batch);
          Lines.print("EmbedLatency", subject, rival, "ms", millis);
          double all = Arrays.stream(millis).sum() / 1e3;
          throughput(subject, rival, batch * millis.length / all);
        }
      }
    }
  }

  private static void mixed(EmbedRival embedder, EmbedCorpus corpus, String model, String rival)
      throws Exception {
    List<String> texts = corpus.texts(EmbedCorpus.MIXED);
    embedder.embedAll(texts.subList(0, texts.size() / 10));
    long start = System.nanoTime();
    List<float[]> vectors = embedder.embedAll(texts);
    double seconds = (System.nanoTime() - start) / 1e9;
    corpus.check(EmbedCorpus.MIXED, vectors);
    throughput(model + ", " + texts.size() + " mixed texts", rival, texts.size() / seconds);
  }

  private static void throughput(String subject, String rival, double textsPerSecond) {
    Lines.print("EmbedThroughput", subject, rival, "texts/s", textsPerSecond);
  }

  private static double[] samples(
      EmbedRival embedder, EmbedCorpus corpus, String name, int batch, double seconds)
      throws Exception {
    List<String> texts = corpus.texts(name);
    List<float[]> vectors = new ArrayList<>();
    List<List<String>> batches = new ArrayList<>();
    for (int from = 0; from + batch <= texts.size(); from += batch) {
      batches.add(texts.subList(from, from + batch));
      vectors.addAll(once(embedder, batches.getLast()));
    }
    corpus.check(name, vectors);
    int next = 0;
    long end = System.nanoTime() + (long) (seconds * WARM_UP * 1e9);
    while (System.nanoTime() < end) {
      once(embedder, batches.get(next++ % batches.size()));
    }
    List<Double> millis = new ArrayList<>();
    end = System.nanoTime() + (long) (seconds * 1e9);
    while (System.nanoTime() < end || millis.size() < FEWEST_SAMPLES) {
      List<String> asked = batches.get(next++ % batches.size());
      long start = System.nanoTime();
      once(embedder, asked);
      millis.add(Math.round((System.nanoTime() - start) / 1e2) / 1e4);
    }
    return millis.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static List<float[]> once(EmbedRival embedder, List<String> texts) throws Exception {
    return texts.size() == 1
        ? List.of(embedder.embed(texts.getFirst()))
        : embedder.embedAll(texts);
  }
}
