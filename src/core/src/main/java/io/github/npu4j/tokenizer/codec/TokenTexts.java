package io.github.npu4j.tokenizer.codec;

import java.util.OptionalInt;

/**
 * What each token adds to a text.
 *
 * @param texts by id, in UTF-8; empty if it adds nothing
 * @param endToken the token that ends a text
 * @param leadingSpace whether decoding takes a space from the beginning of a text
 */
public record TokenTexts(byte[][] texts, OptionalInt endToken, boolean leadingSpace) {}
