package io.github.npu4j.text;

/**
 * The embedding of one text.
 *
 * @param vector the vector, the caller's own; of length 1 if the model is one that is normalized
 * @param tokens how many tokens the whole text has, prefix and special tokens included
 * @param truncated whether the model read only the first of them
 * @param nanos the time it took in nanoseconds; in a batch its share, and 0 from the cache
 */
public record Embedding(float[] vector, int tokens, boolean truncated, long nanos) {}
