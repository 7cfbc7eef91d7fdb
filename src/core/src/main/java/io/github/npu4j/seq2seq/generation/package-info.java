/**
 * What is requested of an answer and what comes back: strategies, token rules, stop conditions, and
 * the {@link Generation} itself. Immutable values.
 */
@NullMarked
package io.github.npu4j.seq2seq.generation;

import org.jspecify.annotations.NullMarked;
