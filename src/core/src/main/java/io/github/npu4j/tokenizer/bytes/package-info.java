/** ByT5's tokenizer, which has no vocabulary but the bytes. */
@NullMarked
package io.github.npu4j.tokenizer.bytes;

import org.jspecify.annotations.NullMarked;
