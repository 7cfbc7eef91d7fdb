package io.github.npu4j.tokenizer.json;

import io.github.npu4j.tokenizer.pattern.PatternException;
import io.github.npu4j.tokenizer.pattern.TextPattern;
import java.nio.charset.StandardCharsets;

/** Reads a pattern: a text that stands for itself, or a regular expression. */
final class Patterns {

  private Patterns() {}

  static TextPattern read(Fields step) {
    Fields pattern = Fields.of(step.owner(), step.get("pattern"));
    if (pattern.has("String")) {
      return TextPattern.literal(pattern.text("String").getBytes(StandardCharsets.UTF_8));
    }
    String regex = pattern.text("Regex");
    try {
      return TextPattern.regex(regex);
    } catch (PatternException e) {
      throw step.wrong("has a pattern that " + e.getMessage() + ": " + shortened(regex));
    }
  }

  private static String shortened(String regex) {
    return regex.length() > 200 ? regex.substring(0, 200) + "…" : regex;
  }
}
