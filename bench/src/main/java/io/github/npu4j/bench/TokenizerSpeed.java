package io.github.npu4j.bench;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.sun.management.ThreadMXBean;
import io.github.npu4j.artifact.Cache;
import io.github.npu4j.tokenizer.Tokenizer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Times text to token ids, one text after the other in one thread: DJL's tokenizer as its users call
 * it, and npu4j's.
 *
 * <p>Arguments: the case, a {@code tokenizer.json}, a file with a text a line up to the first tab,
 * the samples, and a {@code spiece.model} of the same pieces for npu4j's own implementation, if
 * there is one.
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
    Path json = Path.of(arguments[1]);
    int samples = Integer.parseInt(arguments[3]);
    try (HuggingFaceTokenizer djl =
            HuggingFaceTokenizer.builder()
                .optTokenizerPath(json)
                .optTruncation(false)
                .optPadding(false)
                .build();
        Tokenizer over = Tokenizer.open(json, Cache.standard().root());
        Tokenizer own =
            Tokenizer.open(
                arguments.length > 4 ? Path.of(arguments[4]) : json, Cache.standard().root())) {
      for (int sentences : SENTENCES) {
        List<String> texts = texts(Path.of(arguments[2]), sentences);
        String subject = arguments[0] + ", texts of " + sentences;
        Encoder reference = text -> djl.encode(text).getIds();
        measure(subject, "djl", reference, reference, texts, samples);
        measure(subject, "npu4j over djl", text -> over.encode(text).ids(), reference, texts, samples);
        if (arguments.length > 4) {
          measure(subject, "npu4j in Java", text -> own.encode(text).ids(), reference, texts, samples);
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

  private static void measure(
      String subject,
      String rival,
      Encoder encoder,
      Encoder reference,
      List<String> texts,
      int samples) {
    for (String text : texts) {
      if (!Arrays.equals(reference.encode(text), encoder.encode(text))) {
        throw new IllegalStateException(rival + " encodes otherwise; nothing is timed: " + text);
      }
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    run(encoder, texts, WARM_UP_NANOS);
    double[] tokensPerSecond = new double[samples];
    double[] bytesPerToken = new double[samples];
    for (int sample = 0; sample < samples; sample++) {
      long allocated = threads.getCurrentThreadAllocatedBytes();
      long start = System.nanoTime();
      long tokens = run(encoder, texts, SAMPLE_NANOS);
      tokensPerSecond[sample] = tokens / ((System.nanoTime() - start) / 1e9);
      bytesPerToken[sample] =
          (double) (threads.getCurrentThreadAllocatedBytes() - allocated) / tokens;
    }
    Lines.print("TokenizerSpeed", subject, rival, "tokens/s", tokensPerSecond);
    Lines.print("TokenizerSpeed", subject, rival, "B/token", bytesPerToken);
  }

  /** Encodes text after text for some time; returns how many tokens that gave. */
  private static long run(Encoder encoder, List<String> texts, long nanos) {
    long tokens = 0;
    long end = System.nanoTime() + nanos;
    for (int next = 0; System.nanoTime() < end; next++) {
      tokens += encoder.encode(texts.get(next % texts.size())).length;
    }
    return tokens;
  }
}
