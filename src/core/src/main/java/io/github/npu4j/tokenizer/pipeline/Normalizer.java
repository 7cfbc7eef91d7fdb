package io.github.npu4j.tokenizer.pipeline;

/** Rewrites a text before it is cut into pieces. Immutable; may be shared by threads. */
public interface Normalizer {

  /**
   * Rewrites a text.
   *
   * @param text the text, not empty
   * @param result where its new form is to be written; empty
   * @param workspace what else is needed
   * @return whether there is a new form; if not, what was written does not count
   */
  boolean normalize(TextBuffer text, TextBuffer result, Workspace workspace);

  /** Does to a workspace's text what this normalizer does; a sequence applies its parts. */
  default void applyTo(Workspace workspace) {
    workspace.apply(this);
  }
}
