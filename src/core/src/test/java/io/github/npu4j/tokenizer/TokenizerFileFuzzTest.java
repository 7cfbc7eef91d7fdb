package io.github.npu4j.tokenizer;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.npu4j.hostile.Bounded;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A {@code tokenizer.json} of any bytes, and a text for it. */
class TokenizerFileFuzzTest {

  static Stream<Arguments> seeds() throws Exception {
    return Stream.of(
            seed(0), seed(1), seed(2), seed(3), seed(4), seed(5), seed(6), seed(7), seed(8),
            seed(9), seed(10), seed(11))
        .map(seed -> Arguments.of((Object) seed));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "1m")
  void endsInAnAnswerOrAnError(byte[] input) {
    Path file = Bounded.file("tokenizer.json", input);
    Bounded.require(
        input.length,
        () -> {
          try (Tokenizer tokenizer = Tokenizer.open(file)) {
            for (String text : TEXTS) {
              tokenizer.decode(tokenizer.encode(text, 64).ids());
            }
          }
        });
  }

  private static final String[] TEXTS = {
    "", "a", "abc  ba cab", "\u00dcber 12,5 \u6771\u4eac\ud83d\ude00 e\u0301\u0301", "a".repeat(300)
  };

  private static byte[] seed(int number) {
    return new RandomTokenizers(number).next().getBytes(StandardCharsets.UTF_8);
  }
}
