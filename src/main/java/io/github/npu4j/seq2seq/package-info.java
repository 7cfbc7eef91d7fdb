/**
 * Texts in, texts out, by an encoder and a decoder on whatever device the model was opened for.
 *
 * <p>{@link io.github.npu4j.seq2seq.Constraint} says what an answer may look like.
 */
@NullMarked
package io.github.npu4j.seq2seq;

import org.jspecify.annotations.NullMarked;
