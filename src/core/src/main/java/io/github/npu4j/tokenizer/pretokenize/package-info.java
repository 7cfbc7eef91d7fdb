/** The pre-tokenizers of {@code tokenizer.json}: how a text is cut into pieces. */
@NullMarked
package io.github.npu4j.tokenizer.pretokenize;

import org.jspecify.annotations.NullMarked;
