package io.github.npu4j.text;

import io.github.npu4j.store.CacheFigures;

/**
 * What an {@link Embedder} did since it was opened.
 *
 * @param texts how many texts were embedded, those from the cache not counted
 * @param tokens how many tokens the model read
 * @param truncated how many of the texts were cut
 * @param executions how many times the model was run, on one text or a batch
 * @param paddedTokens how many tokens those runs were long, padding included: what is above {@code
 *     tokens} was spent on padding
 * @param queueNanos how long runs waited for their turns on the device, in nanoseconds
 * @param cache how the cache of repeated texts did; zeros if there is none
 */
public record EmbedderStatistics(
    long texts,
    long tokens,
    long truncated,
    long executions,
    long paddedTokens,
    long queueNanos,
    CacheFigures cache) {}
