package io.github.npu4j.text;

import io.github.npu4j.tokenizer.Encoding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Groups texts of similar length into batches, longest first, within a budget of tokens.
 *
 * <p>A batch is padded to its longest text, so a text joins only while at most {@link #WASTE} of
 * the batch is padding: a token of padding costs what any token does.
 */
final class Batches {

  /** The share of a batch that may be padding. */
  private static final double WASTE = 0.08;

  private Batches() {}

  /**
   * A text that waits.
   *
   * @param place its place in the caller's list
   * @param encoding its tokens
   */
  record Waiting(int place, Encoding encoding) {
    int length() {
      return encoding.length();
    }
  }

  /**
   * Returns the batches, each longest first.
   *
   * @param texts the texts to group
   * @param tokens the most tokens of a batch, padding included; a text longer than that is alone
   */
  static List<List<Waiting>> of(List<Waiting> texts, int tokens) {
    List<Waiting> sorted = new ArrayList<>(texts);
    sorted.sort(Comparator.comparingInt(Waiting::length).reversed());
    List<List<Waiting>> batches = new ArrayList<>();
    List<Waiting> batch = new ArrayList<>();
    long longest = 0;
    long padding = 0;
    for (Waiting text : sorted) {
      long size = (batch.size() + 1) * longest;
      long wasted = padding + longest - text.length();
      if (batch.isEmpty() || size > tokens || wasted > WASTE * size) {
        batch = new ArrayList<>();
        batches.add(batch);
        longest = text.length();
        padding = 0;
      } else {
        padding = wasted;
      }
      batch.add(text);
    }
    return batches;
  }
}
