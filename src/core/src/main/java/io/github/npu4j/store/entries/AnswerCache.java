package io.github.npu4j.store.entries;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import io.github.npu4j.store.CacheFigures;
import org.jspecify.annotations.Nullable;

/**
 * Answers to texts that may come again, kept in memory; the ones used least are dropped to make
 * room. Safe for use by many threads.
 *
 * @param <K> a text and what its answer depends on besides
 * @param <V> an answer; immutable, or copied by the caller
 */
public final class AnswerCache<K, V> {

  private final @Nullable Cache<K, V> kept;

  /**
   * Makes an empty cache.
   *
   * @param most how many answers it keeps; 0 for none
   */
  public AnswerCache(int most) {
    this.kept = most == 0 ? null : Caffeine.newBuilder().maximumSize(most).recordStats().build();
  }

  /** Returns whether it keeps nothing. */
  public boolean isOff() {
    return kept == null;
  }

  /** Returns what is kept for a key, or {@code null}. */
  public @Nullable V find(K key) {
    return kept == null ? null : kept.getIfPresent(key);
  }

  /** Keeps an answer. */
  public void keep(K key, V answer) {
    if (kept != null) {
      kept.put(key, answer);
    }
  }

  /** Returns how it did; zeros if it keeps nothing. */
  public CacheFigures figures() {
    if (kept == null) {
      return CacheFigures.NONE;
    }
    kept.cleanUp();
    CacheStats stats = kept.stats();
    return new CacheFigures(
        stats.hitCount(), stats.missCount(), stats.evictionCount(), kept.estimatedSize());
  }
}
