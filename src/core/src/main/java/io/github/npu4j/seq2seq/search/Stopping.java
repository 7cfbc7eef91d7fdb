package io.github.npu4j.seq2seq.search;

import io.github.npu4j.seq2seq.generation.Ending;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Judges whether an answer has come to its end. */
public final class Stopping {

  private final boolean[] endTokens;
  private final int maximumTokens;
  private final List<String> strings;
  private final Function<long[], String> decode;

  /**
   * Makes the conditions of one search.
   *
   * @param endTokens the tokens that end an answer
   * @param maximumTokens the most tokens an answer can have here
   * @param strings texts that end it
   * @param decode turns ids into text
   */
  public Stopping(
      Set<Integer> endTokens,
      int maximumTokens,
      List<String> strings,
      Function<long[], String> decode) {
    int highest = endTokens.stream().mapToInt(Integer::intValue).max().orElse(-1);
    this.endTokens = new boolean[highest + 1];
    endTokens.forEach(token -> this.endTokens[token] = true);
    this.maximumTokens = maximumTokens;
    this.strings = strings;
    this.decode = decode;
  }

  /** Returns the most tokens an answer can have here. */
  public int maximumTokens() {
    return maximumTokens;
  }

  /** Returns how many tokens end an answer. */
  int endTokens() {
    int count = 0;
    for (boolean end : endTokens) {
      count += end ? 1 : 0;
    }
    return count;
  }

  /** Returns whether the token ends an answer. */
  boolean isEnd(int token) {
    return token < endTokens.length && endTokens[token];
  }

  /** Returns why an answer ends with its last token, or {@code null} if it goes on. */
  @Nullable Ending ending(Prefix prefix) {
    if (isEnd(prefix.id(prefix.length() - 1))) {
      return Ending.END_TOKEN;
    }
    if (!strings.isEmpty() && hasStopString(prefix)) {
      return Ending.STOP_STRING;
    }
    return prefix.tokens() >= maximumTokens ? Ending.MAXIMUM_LENGTH : null;
  }

  private boolean hasStopString(Prefix prefix) {
    String text = decode.apply(prefix.toArray());
    return strings.stream().anyMatch(text::contains);
  }
}
