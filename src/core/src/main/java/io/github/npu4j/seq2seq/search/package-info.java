/**
 * The search for an answer, one step at a time, over the scores that a {@link Decoder} gives:
 * greedy, sampled, or with beams. Knows no engine.
 */
@NullMarked
package io.github.npu4j.seq2seq.search;

import org.jspecify.annotations.NullMarked;
