package io.github.npu4j.text;

/**
 * How well the cache of repeated texts did.
 *
 * @param hits texts that were found
 * @param misses texts that were not, and were run
 * @param texts how many it holds now
 */
public record CacheFigures(long hits, long misses, long texts) {}
