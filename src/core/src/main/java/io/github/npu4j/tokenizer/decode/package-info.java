/** The decoders of {@code tokenizer.json}: how the texts of tokens become one text. */
@NullMarked
package io.github.npu4j.tokenizer.decode;

import org.jspecify.annotations.NullMarked;
