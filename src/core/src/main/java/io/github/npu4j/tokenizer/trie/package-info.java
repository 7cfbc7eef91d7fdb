/** The tokens of a vocabulary as a tree of bytes. */
@NullMarked
package io.github.npu4j.tokenizer.trie;

import org.jspecify.annotations.NullMarked;
