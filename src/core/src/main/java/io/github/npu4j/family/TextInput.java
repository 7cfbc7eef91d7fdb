package io.github.npu4j.family;

import java.util.Optional;
import java.util.Set;

/**
 * What an input of a graph that takes text stands for, told by its name: those that Hugging Face's
 * and AI Hub's exports give.
 */
public enum TextInput {
  /** The token ids. */
  IDS("input_ids", "input_tokens", "tokens", "ids"),
  /** One for each token that counts, zero for what fills up. */
  MASK("attention_mask", "attention_masks", "mask"),
  /** The segment of each token: the first text or the second. */
  TYPES("token_type_ids", "segment_ids"),
  /** The place of each token. */
  POSITIONS("position_ids");

  private final Set<String> names;

  TextInput(String... names) {
    this.names = Set.of(names);
  }

  /** Returns whether an input of this name stands for it. */
  public boolean isNamed(String name) {
    return names.contains(name);
  }

  /** Returns what an input of a name stands for; empty if it is none that a text fills. */
  public static Optional<TextInput> of(String name) {
    for (TextInput input : values()) {
      if (input.isNamed(name)) {
        return Optional.of(input);
      }
    }
    return Optional.empty();
  }
}
