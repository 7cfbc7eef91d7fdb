package io.github.npu4j.seq2seq.generation;

import java.util.List;
import java.util.Set;

/**
 * What ends an answer besides the model's own end token.
 *
 * @param tokens tokens that end it, and are part of its ids
 * @param strings texts that end it once they are in it; the answer keeps them, and what else the
 *     last token brought
 */
public record Stops(Set<Integer> tokens, List<String> strings) {

  /** Nothing but the end token. */
  public static final Stops NONE = new Stops(Set.of(), List.of());

  /** Checks the values and takes copies. */
  public Stops {
    tokens = Set.copyOf(tokens);
    strings = List.copyOf(strings);
    if (strings.stream().anyMatch(String::isEmpty)) {
      throw new IllegalArgumentException("an empty text can't end an answer");
    }
  }
}
