package io.github.npu4j.bench;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.sun.management.ThreadMXBean;
import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.store.Cache;
import io.github.npu4j.tokenizer.Tokenizer;
import io.github.npu4j.tokenizer.TokenizerOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Times text to token ids, one text after the other in one thread: DJL's tokenizer as its users call
 * it, the same library under npu4j, and npu4j's own in Java.
 *
 * <p>Arguments: the case, a file with a text a line up to the first tab, the samples; then a {@code
 * tokenizer.json} and a {@code spiece.model} of the same pieces, for npu4j's own implementation, or
 * nothing if the case is a model of the catalog.
 */
final class TokenizerSpeed {
  private static final int[] SENTENCES = {1, 8};
  private static final long WARM_UP_NANOS = 400_000_000;
  private static final long SAMPLE_NANOS = 100_000_000;

  private TokenizerSpeed() {}

  private interface Encoder {
    long[] encode(String text);
  }

  /** Prints two series a rival and length: tokens a second, bytes on the heap a token. */
  public static void main(String[] arguments) throws IOException {
    Path texts = Path.of(arguments[1]);
    int samples = Integer.parseInt(arguments[2]);
    Path json =
        arguments.length > 3
            ? Path.of(arguments[3])
            : ModelCatalog.standard().open(arguments[0]).requireTokenizer();
    try (HuggingFaceTokenizer djl =
            HuggingFaceTokenizer.builder()
                .optTokenizerPath(json)
                .optTruncation(false)
                .optPadding(false)
                .build();
        Tokenizer over =
            Tokenizer.open(json, TokenizerOptions.huggingFace(Cache.standard().root()));
        Tokenizer java = Tokenizer.open(json)) {
      for (int sentences : SENTENCES) {
        Trial trial = new Trial(arguments[0], texts(texts, sentences), samples);
        Encoder reference = text -> djl.encode(text).getIds();
        trial.measure("djl", reference, reference);
        trial.measure("npu4j over djl", text -> over.encode(text).ids(), reference);
        trial.measure("npu4j", text -> java.encode(text).ids(), reference);
        if (arguments.length > 4) {
          try (Tokenizer own = Tokenizer.open(Path.of(arguments[4]))) {
            trial.measure("npu4j, spiece.model", text -> own.encode(text).ids(), reference);
          }
        }
      }
    }
  }

  private static List<String> texts(Path file, int sentences) throws IOException {
    List<String> lines = Files.readAllLines(file);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i + sentences <= lines.size(); i += sentences) {
      texts.add(
          String.join(
              " ",
              lines.subList(i, i + sentences).stream().map(line -> line.split("\t", 2)[0]).toList()));
    }
    return texts;
  }

  /** Texts that each rival encodes. */
  private record Trial(String tokenizer, List<String> texts, int samples) {

    void measure(String rival, Encoder encoder, Encoder reference) {
      long all = 0;
      for (String text : texts) {
        long[] ids = encoder.encode(text);
        if (!Arrays.equals(reference.encode(text), ids)) {
          throw new IllegalStateException(rival + " encodes otherwise; nothing is timed: " + text);
        }
        all += ids.length;
      }
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      run(encoder, WARM_UP_NANOS);
      double[] tokensPerSecond = new double[samples];
      double[] bytesPerToken = new double[samples];
      for (int sample = 0; sample < samples; sample++) {
        long allocated = threads.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        long tokens = run(encoder, SAMPLE_NANOS);
        tokensPerSecond[sample] = tokens / ((System.nanoTime() - start) / 1e9);
        bytesPerToken[sample] =
            (double) (threads.getCurrentThreadAllocatedBytes() - allocated) / tokens;
      }
      String subject =
          "%s, texts of some %d tokens".formatted(tokenizer, Math.round((double) all / texts.size()));
      Lines.print("TokenizerSpeed", subject, rival, "tokens/s", tokensPerSecond);
      Lines.print("TokenizerSpeed", subject, rival, "B/token", bytesPerToken);
    }

    /** Encodes text after text for some time; returns how many tokens that gave. */
    private long run(Encoder encoder, long nanos) {
      long tokens = 0;
      long end = System.nanoTime() + nanos;
      for (int next = 0; System.nanoTime() < end; next++) {
        tokens += encoder.encode(texts.get(next % texts.size())).length;
      }
      return tokens;
    }
  }
}
