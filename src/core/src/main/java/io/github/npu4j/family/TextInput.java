package io.github.npu4j.family;

import java.util.Optional;

/**
 * What an input of a graph that takes text stands for, told by its name: those that Hugging Face's
 * and AI Hub's exports give.
 */
public enum TextInput {
  /** The token ids. */
  IDS,
  /** One for each token that counts, zero for what fills up. */
  MASK,
  /** The segment of each token: the first text or the second. */
  TYPES,
  /** The place of each token. */
  POSITIONS;

  /** Returns whether an input of this name stands for it. */
  public boolean isNamed(String name) {
    return of(name).filter(this::equals).isPresent();
  }

  /** Returns what an input of a name stands for; empty if it is none that a text fills. */
  public static Optional<TextInput> of(String name) {
    return switch (name) {
      case "input_ids", "input_tokens", "tokens", "ids" -> Optional.of(IDS);
      case "attention_mask", "attention_masks", "mask" -> Optional.of(MASK);
      case "token_type_ids", "segment_ids" -> Optional.of(TYPES);
      case "position_ids" -> Optional.of(POSITIONS);
      default -> Optional.empty();
    };
  }
}
