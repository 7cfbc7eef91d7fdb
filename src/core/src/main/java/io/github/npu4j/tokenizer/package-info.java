/**
 * Token ids out of text and back, by a model's own files: {@code tokenizer.json}, SentencePiece's
 * models, the files of older tokenizers.
 *
 * <p>All of it runs in Java, on every platform. Hugging Face's native library gives the same ids;
 * it is used where {@link io.github.npu4j.tokenizer.TokenizerOptions} name it, and only if its jar
 * is there.
 */
@NullMarked
package io.github.npu4j.tokenizer;

import org.jspecify.annotations.NullMarked;
