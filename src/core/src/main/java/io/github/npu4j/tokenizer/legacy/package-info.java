/** The files of older tokenizers, which say by their names what they are. */
@NullMarked
package io.github.npu4j.tokenizer.legacy;

import org.jspecify.annotations.NullMarked;
