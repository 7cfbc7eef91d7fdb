package io.github.npu4j.tokenizer.pattern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextPatternTest {

  private static final String GPT2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
  private static final String CL100K =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"
          + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String O200K =
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
          + "(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}"
          + "\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}|"
          + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String DEEPSEEK =
      "[!\"#$%'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?"
          + "[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+";
  private static final String GROUPED_DIGITS = "\\p{N}{1,3}(?=(?:\\p{N}{3})*(?:\\P{N}|$))|\\P{N}+";
  private static final String POSSESSIVE =
      "[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}+|\\s++$|\\s+";

  static List<String> patterns() {
    return List.of(
        GPT2,
        CL100K,
        O200K,
        DEEPSEEK,
        GROUPED_DIGITS,
        "a*?b|ab?|(?:ab)+",
        "(a|ab)(c|bcd)",
        "(?<=a)b|(?<!a)c",
        "\\bfoo\\b|\\Ba",
        "(?=ab)a|b",
        "(?>a+)b|a",
        "a{2,4}?|b{3}|c{0,2}d",
        "(?:a|b)*abb",
        "x*",
        "[a-c&&[^b]]+|[^\\w\\s]",
        "(?i)äÖ|(?i:kÉß)+",
        "(?:ab|a)(?:bc|c)?$");
  }

  /** All matches, as the two libraries find them. */
  private static List<String> matches(String pattern, String text) {
    TextPattern compiled = TextPattern.regex(pattern);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    MatchScratch scratch = new MatchScratch();
    compiled.begin(scratch);
    List<String> found = new ArrayList<>();
    int from = 0;
    while (from <= bytes.length) {
      long match = compiled.find(bytes, 0, bytes.length, from, scratch);
      if (match == TextPattern.NONE) {
        break;
      }
      int start = TextPattern.start(match);
      int end = TextPattern.end(match);
      found.add(start + ":" + new String(bytes, start, end - start, StandardCharsets.UTF_8));
      from = end > start ? end : next(bytes, end);
    }
    return found;
  }

  private static int next(byte[] bytes, int at) {
    int next = at + 1;
    while (next < bytes.length && (bytes[next] & 0xc0) == 0x80) {
      next++;
    }
    return next;
  }

  private static List<String> javasMatches(String pattern, String text) {
    Matcher matcher =
        Pattern.compile(
                pattern,
                Pattern.UNICODE_CHARACTER_CLASS
                    | Pattern.UNICODE_CASE
                    | Pattern.MULTILINE
                    | Pattern.UNIX_LINES)
            .matcher(text);
    List<String> found = new ArrayList<>();
    int lastEnd = -1;
    while (matcher.find()) {
      if (matcher.end() == matcher.start() && matcher.end() == lastEnd) {
        continue;
      }
      int start = text.substring(0, matcher.start()).getBytes(StandardCharsets.UTF_8).length;
      found.add(start + ":" + matcher.group());
      lastEnd = matcher.end() == matcher.start() ? -1 : matcher.end();
    }
    return found;
  }

  /** Java's own matcher has no bound on its time, but the same rules for these patterns. */
  @ParameterizedTest
  @MethodSource("patterns")
  void findsWhatJavaFinds(String pattern) {
    Random random = new Random(7);
    String[] parts = {
      "a", "b", "c", "d", "ab", "abb", "foo", " ", "  ", "\t", "\r\n", "\n", "1", "23", "4567",
      "'s", "'LL", "'t", "é", "É", "ß", "日本", "한", "ǅ", "ʰ", "\u0301", "…", "!", "_", "-", "/", "x",
      "Xy", "straße", "STRAßE", "äö", "ÄÖ", "😀", "\u00a0", "\u3000", ".", "ſ"
    };
    for (int round = 0; round < 400; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(14); i >= 0; i--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      String all = text.toString();
      assertEquals(nonEmpty(javasMatches(pattern, all)), nonEmpty(matches(pattern, all)), all);
    }
  }

  private static List<String> nonEmpty(List<String> matches) {
    return matches.stream().filter(match -> !match.endsWith(":")).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          a.c            | abcaxc           | 0:abc 3:axc
          (?m:a.c)       | a\\nc            | 0:a\\nc
          ^b             | a\\nb            | 2:b
          a$             | a\\nba           | 0:a 3:a
          \\Ab           | a\\nb            | ``
          \\h+           | xaFg             | 1:aF
          [[:alpha:]]+   | 12ab_            | 2:ab
          [[:^alpha:]]+  | ab12             | 2:12
          \\x{e9}\\u00e9 | éé               | 0:éé
          a{,2}          | aaa              | 0:aa 2:a
          (?:a{2})?      | aaaa             | 0:aa 2:aa
          a{2}?          | aaaa             | 0:aa 2:aa
          a{x            | a{x              | 0:a{x
          (?i)k          | kK\u212a         | 0:k 1:K 2:\u212a
          (?i:i)         | iIİı             | 0:i 1:I
          \\p{^L}+       | a12b             | 1:12
          \\p{Han}+      | a漢字b            | 1:漢字
          \\R            | a\\r\\nb         | 1:\\r\\n
          (?<n>a)b       | ab               | 0:ab
          (?#note)a      | a                | 0:a
          (?x: a b )     | ab               | 0:ab
          """)
  void knowsOnigurumasSyntax(String pattern, String text, String expected) {
    String plain = text.replace("\\r", "\r").replace("\\n", "\n");
    String joined =
        String.join(" ", nonEmpty(matches(pattern.replace("\\\\", "\\"), plain)))
            .replace("\r", "\\r")
            .replace("\n", "\\n");
    assertEquals(expected, joined);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a",
        "a)",
        "[a",
        "*",
        "a\\",
        "\\p{Nope}",
        "\\1",
        "\\k<a>",
        "(?<=a+)b",
        "[b-a]",
        "a{5,2}",
        "(?~a)",
        "(?i:ss)",
        "\\G",
        "\\K",
        "(?P<n>a)",
        "a{99999}",
        "(?",
        "\\xff",
        "[a-\\d]"
      })
  void refusesWhatItDoesNotKnow(String pattern) {
    assertThrows(PatternException.class, () -> TextPattern.regex(pattern));
  }

  @Test
  void refusesPatternsThatBlowUp() {
    assertThrows(
        PatternException.class, () -> TextPattern.regex("((((a{1,99}){1,99}){1,99}){1,99}){1,9}"));
    assertThrows(PatternException.class, () -> TextPattern.regex("(".repeat(5000)));
    assertThrows(PatternException.class, () -> TextPattern.regex("[".repeat(5000)));
    assertThrows(PatternException.class, () -> TextPattern.regex("a|".repeat(50_000)));
  }

  @ParameterizedTest
  @ValueSource(strings = {GPT2, CL100K, O200K, DEEPSEEK, GROUPED_DIGITS, POSSESSIVE})
  void takesTimeInProportion(String pattern) {
    for (String unit : List.of("a", " ", "1", "\u0301", "!", "aA", "\n ", "日")) {
      String text = unit.repeat(300_000 / unit.length());
      assertTimeoutPreemptively(
          Duration.ofSeconds(20),
          () -> assertTrue(matches(pattern, text).size() <= text.length(), unit));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"(x+x+)+y", "(x*)*y", "(?:x|x)*y", "(?=(x+)+y)x", "(?>x*)*y|x*x*x*x*z"})
  void endsOnWhatMakesOthersHang(String pattern) {
    String text = "x".repeat(60_000);
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> {
          try {
            matches(pattern, text);
          } catch (PatternException tooManySteps) {
            assertTrue(tooManySteps.getMessage().contains("steps"), tooManySteps.getMessage());
          }
        });
  }

  /** Too many states for an automaton: the other matcher finds the same. */
  @Test
  void findsTheSameWhenTheAutomatonIsFull() {
    String pattern = "[ab]*a[ab]{13}c";
    StringBuilder text = new StringBuilder();
    Random random = new Random(3);
    for (int i = 0; i < 40_000; i++) {
      text.append(random.nextInt(200) == 0 ? 'c' : random.nextBoolean() ? 'a' : 'b');
    }
    assertEquals(javasMatches(pattern, text.toString()), matches(pattern, text.toString()));
  }
}
