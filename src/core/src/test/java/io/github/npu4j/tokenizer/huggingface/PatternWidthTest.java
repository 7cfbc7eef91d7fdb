package io.github.npu4j.tokenizer.huggingface;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatternWidthTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        " {2,}",
        "\\s+",
        "a+?",
        "a{1}",
        "a{2,3}?",
        "[^a]",
        "[]a]",
        "[a[b]*]",
        "a|b",
        "(a|b)c*",
        "(?:a)+",
        "(?>a)",
        "(?<name>a)",
        "\u2581+\\z",
        "\\A +",
        "(?<!x)y",
        "\\p{L}+",
        "\\x{41}",
        ".",
        "a(?=b)",
        "\\*",
        "[\\]]",
        "(?<=\\n)\\s",
        "^a$",
        "a{1,}",
        "a{"
      })
  void matchesSomething(String pattern) {
    assertFalse(PatternWidth.mayBeEmpty(pattern));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "a*", "a?", "a|", "|a", "(a|b*)", "()", "(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "^", "$",
        "\\b", "\\B", "\\A", "\\z", "\\G", "a{0}", "a{0,3}", "a{,3}", "a{2}?", "(a)*", "(?:a?)+",
        "a*b?", "(?i)", "(?#b)", "(?x) ", "(?ix: )", "\\1", "\\k<n>", "(a", "a)", "\\", "(?",
        "[a]*", "\\p{L}*"
      })
  void mayMatchNothing(String pattern) {
    assertTrue(PatternWidth.mayBeEmpty(pattern));
  }
}
