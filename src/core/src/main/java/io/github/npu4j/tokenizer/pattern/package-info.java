/**
 * Regular expressions in Oniguruma's syntax, as tokenizers use them to split and to replace, in
 * time that grows with the text and not faster.
 *
 * <p>A pattern is read into {@link io.github.npu4j.tokenizer.pattern.Node nodes}, made a program,
 * and run as an automaton whose states are made when a text needs them. Where a pattern needs more
 * than that (looking further than one character, atomic groups) or has too many states, a
 * backtracking matcher runs the program, which remembers what has failed.
 */
@NullMarked
package io.github.npu4j.tokenizer.pattern;

import org.jspecify.annotations.NullMarked;
