package io.github.npu4j.bench;

import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.seq2seq.Seq2Seq;
import io.github.npu4j.seq2seq.Seq2SeqOptions;
import io.github.npu4j.seq2seq.generation.Generation;
import io.github.npu4j.seq2seq.generation.GenerationOptions;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Times whole greedy answers on the CPU: 32 tokens in, 32 out, two threads.
 *
 * <p>Arguments: the model folder, the number of samples, and more of ONNX Runtime's session
 * configuration as {@code key=value}.
 */
final class T5Generate {
  private static final int TOKENS = 32;
  private static final int THREADS = 2;
  private static final int WARM_UP = 3;

  /** Tokens 100 to 130; the tokenizer adds the end token. */
  private static final String TEXT =
      IntStream.range(100, 99 + TOKENS).mapToObj(id -> "w" + id).collect(Collectors.joining(" "));

  private T5Generate() {}

  /** Prints one series, and on standard error the tokens for a comparison with the rivals'. */
  public static void main(String[] arguments) {
    OpenOptions options = OpenOptions.on(Device.CPU).withThreads(THREADS);
    for (int i = 2; i < arguments.length; i++) {
      String[] entry = arguments[i].split("=", 2);
      options = options.withSessionConfig(entry[0], entry[1]);
    }
    double[] millis = new double[Integer.parseInt(arguments[1])];
    try (Seq2Seq model = Seq2Seq.open(Path.of(arguments[0]), Seq2SeqOptions.defaults().withModel(options))) {
      GenerationOptions greedy =
          GenerationOptions.defaults().withMaximumTokens(TOKENS).withMinimumTokens(TOKENS);
      Generation answer = model.generate(TEXT, greedy);
      for (int i = 1; i < WARM_UP; i++) {
        answer = model.generate(TEXT, greedy);
      }
      if (answer.inputTokens() != TOKENS || answer.ids().size() != TOKENS) {
        throw new IllegalStateException(answer.inputTokens() + " in, " + answer.ids().size());
      }
      for (int i = 0; i < millis.length; i++) {
        long start = System.nanoTime();
        answer = model.generate(TEXT, greedy);
        millis[i] = (System.nanoTime() - start) / 1e6;
      }
      System.err.println("npu4j " + answer.ids());
    }
    Lines.print("T5Generate", "t5-small", "npu4j", "ms", millis);
  }
}
