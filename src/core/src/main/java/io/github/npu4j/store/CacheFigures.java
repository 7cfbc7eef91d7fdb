package io.github.npu4j.store;

/**
 * How well a cache of repeated texts did.
 *
 * @param hits texts that were found
 * @param misses texts that were not, and were run
 * @param evictions texts that were dropped to make room
 * @param texts how many it holds now
 */
public record CacheFigures(long hits, long misses, long evictions, long texts) {

  /** The figures of no cache. */
  public static final CacheFigures NONE = new CacheFigures(0, 0, 0, 0);
}
