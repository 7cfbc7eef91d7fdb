/** The post-processors of {@code tokenizer.json}: what is put around the tokens of a text. */
@NullMarked
package io.github.npu4j.tokenizer.postprocess;

import org.jspecify.annotations.NullMarked;
