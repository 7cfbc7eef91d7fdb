/**
 * What an answer may look like: a JSON schema, a choice among texts, or a grammar, as the tokens
 * that may come next. The callers' own rules implement {@link Constraint}.
 */
@NullMarked
package io.github.npu4j.seq2seq.constraint;

import org.jspecify.annotations.NullMarked;
