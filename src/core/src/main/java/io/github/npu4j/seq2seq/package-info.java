/**
 * Texts in, texts out, by an encoder and a decoder on whatever device the model was opened for.
 *
 * <p>{@link io.github.npu4j.seq2seq.Seq2Seq} is the whole of it: it tokenizes, runs the encoder
 * once and the decoder a token a step, chooses tokens by a {@link
 * io.github.npu4j.seq2seq.generation.Strategy}, and keeps keys and values off-heap where both forms
 * of a model take them: dynamic shapes on the CPU, static ones on HTP. {@link
 * io.github.npu4j.seq2seq.constraint.Constraint} says what an answer may look like.
 */
@NullMarked
package io.github.npu4j.seq2seq;

import org.jspecify.annotations.NullMarked;
