/** Reads {@code tokenizer.json} and the files that older tokenizers consist of. */
@NullMarked
package io.github.npu4j.tokenizer.json;

import org.jspecify.annotations.NullMarked;
