package io.github.npu4j.tokenizer.pattern;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.npu4j.hostile.Bounded;
import io.github.npu4j.tokenizer.unicode.Utf8Text;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A pattern and, behind its first line break, a text. */
class PatternFuzzTest {

  static Stream<Arguments> seeds() throws Exception {
    return Stream.of(
            "'s|'t|'re| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+\nI'll have 12 of them  now"
                .getBytes(StandardCharsets.UTF_8),
            "(?i:[sdmt]|ll|ve|re)|[^\\r\n\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}\nHello  WORLD 1234"
                .getBytes(StandardCharsets.UTF_8),
            "(?<=a)b*?|\\bx{2,}|[[:alpha:]&&[^b-d]]\nab xx cde".getBytes(StandardCharsets.UTF_8))
        .map(seed -> Arguments.of((Object) seed));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "1m")
  void endsInAnAnswerOrAnError(byte[] input) {
    String all = new String(input, StandardCharsets.UTF_8);
    int split = Math.max(0, all.indexOf('\n'));
    byte[] text = all.substring(split).getBytes(StandardCharsets.UTF_8);
    Bounded.require(
        input.length,
        () -> {
          try {
            find(TextPattern.regex(all.substring(0, split)), text);
          } catch (PatternException refused) {
            // no pattern, or too many steps
          }
        });
  }

  private static void find(TextPattern pattern, byte[] text) {
    MatchScratch scratch = new MatchScratch();
    pattern.begin(scratch);
    int from = 0;
    while (from <= text.length) {
      long match = pattern.find(text, 0, text.length, from, scratch);
      if (match == TextPattern.NONE) {
        return;
      }
      int end = TextPattern.end(match);
      if (TextPattern.start(match) < from || end < TextPattern.start(match) || end > text.length) {
        throw new AssertionError("a match from " + TextPattern.start(match) + " to " + end);
      }
      // As Matches does: the next search begins where a character begins.
      if (end > from) {
        from = end;
      } else {
        from += from < text.length ? Utf8Text.length(text[from]) : 1;
      }
    }
  }
}
