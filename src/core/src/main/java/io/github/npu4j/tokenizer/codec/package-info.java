/** What every kind of tokenizer can do, whatever its file is. */
@NullMarked
package io.github.npu4j.tokenizer.codec;

import org.jspecify.annotations.NullMarked;
