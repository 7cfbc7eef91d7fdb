package io.github.npu4j.bench;

import com.sun.management.ThreadMXBean;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.store.Cache;
import io.github.npu4j.text.Embedder;
import io.github.npu4j.text.Role;
import io.github.npu4j.tokenizer.Encoding;
import io.github.npu4j.tokenizer.Tokenizer;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/**
 * Counts what one thread allocates on the heap for one text: embedding it into an array that is
 * there, and only tokenizing it. Argument: the model's name in the catalog.
 */
final class EmbedAllocation {
  private static final String TEXT = "time year people";
  private static final int WARM_UP = 4_000;
  private static final int CALLS = 500;
  private static final int SERIES = 5;

  /** Where the tokens go, as to one who uses them: else the compiler leaves their object out. */
  private static Encoding kept;

  private EmbedAllocation() {}

  /** Prints two series. */
  public static void main(String[] arguments) {
    ModelFolder folder = ModelCatalog.standard().open(arguments[0]);
    try (Embedder embedder = Embedder.open(arguments[0], Device.CPU);
        Tokenizer tokenizer =
            Tokenizer.open(folder.requireTokenizer())) {
      float[] vector = new float[embedder.dimensions()];
      int longest = embedder.maxInputTokens();
      measure("npu4j", () -> embedder.embedInto(TEXT, Role.NONE, vector, 0));
      measure(
          "npu4j, tokenizer alone",
          () -> {
            kept = tokenizer.encode(TEXT, longest);
            return kept.totalTokens();
          });
    }
  }

  private interface Call {
    int once();
  }

  private static void measure(String who, Call call) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long tokens = 0;
    for (int i = 0; i < WARM_UP; i++) {
      tokens += call.once();
    }
    double[] bytes = new double[SERIES];
    for (int series = 0; series < SERIES; series++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < CALLS; i++) {
        tokens += call.once();
      }
      long after = threads.getCurrentThreadAllocatedBytes();
      bytes[series] = (double) (after - before) / CALLS;
    }
    if (tokens <= 0) {
      throw new IllegalStateException("no tokens");
    }
    Lines.print("EmbedAllocation", "one text of 5 tokens", who, "B/op", bytes);
  }
}
