package io.github.npu4j.seq2seq;

import io.github.npu4j.store.CacheFigures;

/**
 * What a {@link Seq2Seq} did since it was opened.
 *
 * @param texts how many texts were answered, those from the cache not counted
 * @param inputTokens how many tokens the model read
 * @param truncated how many of the texts were cut
 * @param outputTokens how many tokens the answers have that were returned
 * @param steps how many steps of the decoder were run; one serves all answers that are made
 *     together
 * @param queueNanos how long runs waited for their turns on the device, in nanoseconds
 * @param cache how the cache of repeated texts did; zeros if there is none
 */
public record Seq2SeqStatistics(
    long texts,
    long inputTokens,
    long truncated,
    long outputTokens,
    long steps,
    long queueNanos,
    CacheFigures cache) {}
