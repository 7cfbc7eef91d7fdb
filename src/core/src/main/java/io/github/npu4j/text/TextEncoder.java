package io.github.npu4j.text;

import io.github.npu4j.artifact.ModelDescription.Prefixes;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.tokenizer.Encoding;
import io.github.npu4j.tokenizer.Tokenizer;

/**
 * Makes a text what a model reads: its prefix before it, cut to the length the model takes.
 *
 * @param tokenizer the model's
 * @param prefixes what is put before a text
 * @param maxInputTokens the most tokens of a text, prefix and special tokens included
 */
record TextEncoder(Tokenizer tokenizer, Prefixes prefixes, int maxInputTokens) {

  /**
   * Encodes a text.
   *
   * @throws BadInputException if the text is too long for any memory, or has no tokens
   */
  Encoding encode(String text, Role role) {
    Encoding encoding = tokenizer.encode(withPrefix(text, role), maxInputTokens);
    if (encoding.length() == 0) {
      throw new BadInputException(
          "can't embed a text of no tokens",
          "it is empty and this model's tokenizer adds no special tokens",
          "Leave it out.");
    }
    return encoding;
  }

  private String withPrefix(String text, Role role) {
    String prefix =
        switch (role) {
          case NONE -> "";
          case QUERY -> prefixes.query();
          case PASSAGE -> prefixes.passage();
        };
    return prefix.isEmpty() ? text : prefix + text;
  }
}
