package io.github.npu4j.text;

import io.github.npu4j.store.CacheFigures;

/**
 * What an {@link Embedder} did since it was opened.
 *
 * @param texts how many texts were embedded, those from the cache not counted
 * @param tokens how many tokens the model read
 * @param truncated how many of the texts were cut
 * @param cache how the cache of repeated texts did; zeros if there is none
 */
public record EmbedderStatistics(long texts, long tokens, long truncated, CacheFigures cache) {}
