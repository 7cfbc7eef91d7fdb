package io.github.npu4j.text;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import org.jspecify.annotations.Nullable;

/** The embeddings of texts that may come again. Safe for use by many threads. */
final class KnownTexts {

  private record Key(Role role, String text) {}

  private final @Nullable Cache<Key, Embedding> cache;

  /**
   * Makes an empty store.
   *
   * @param most how many texts it keeps; 0 for none
   */
  KnownTexts(int most) {
    this.cache = most == 0 ? null : Caffeine.newBuilder().maximumSize(most).recordStats().build();
  }

  /** Returns a text's embedding with a vector of its own, or {@code null}. */
  @Nullable Embedding find(String text, Role role) {
    Embedding kept = cache == null ? null : cache.getIfPresent(new Key(role, text));
    return kept == null
        ? null
        : new Embedding(kept.vector().clone(), kept.tokens(), kept.truncated(), 0);
  }

  /** Keeps a copy of a text's embedding. */
  void keep(String text, Role role, Embedding embedding) {
    if (cache != null) {
      Embedding own =
          new Embedding(
              embedding.vector().clone(),
              embedding.tokens(),
              embedding.truncated(),
              embedding.nanos());
      cache.put(new Key(role, text), own);
    }
  }

  /** Returns how it did; zeros if it keeps nothing. */
  CacheFigures figures() {
    if (cache == null) {
      return new CacheFigures(0, 0, 0);
    }
    CacheStats stats = cache.stats();
    return new CacheFigures(stats.hitCount(), stats.missCount(), cache.estimatedSize());
  }
}
