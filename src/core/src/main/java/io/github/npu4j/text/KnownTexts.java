package io.github.npu4j.text;

import io.github.npu4j.store.CacheFigures;
import io.github.npu4j.store.entries.AnswerCache;
import org.jspecify.annotations.Nullable;

/** The embeddings of texts that may come again. Safe for use by many threads. */
final class KnownTexts {

  private record Key(Role role, String text) {}

  private final AnswerCache<Key, Embedding> cache;

  /**
   * Makes an empty store.
   *
   * @param most how many texts it keeps; 0 for none
   */
  KnownTexts(int most) {
    this.cache = new AnswerCache<>(most);
  }

  /** Returns a text's embedding with a vector of its own, or {@code null}. */
  @Nullable Embedding find(String text, Role role) {
    Embedding kept = cache.isOff() ? null : cache.find(new Key(role, text));
    return kept == null ? null : kept.fromCache();
  }

  /** Keeps a copy of a text's embedding. */
  void keep(String text, Role role, Embedding embedding) {
    if (!cache.isOff()) {
      cache.keep(new Key(role, text), embedding.fromCache());
    }
  }

  /** Returns how it did; zeros if it keeps nothing. */
  CacheFigures figures() {
    return cache.figures();
  }
}
