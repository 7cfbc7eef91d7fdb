package io.github.npu4j.tokenizer.codec;

/**
 * The tokens of a text.
 *
 * @param ids their ids, special ones included
 * @param typeIds the segment of each, or an empty array if all are zero
 * @param total how many there would be if none were cut
 */
public record TokenIds(long[] ids, long[] typeIds, int total) {}
