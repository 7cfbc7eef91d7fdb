/** The normalizers of {@code tokenizer.json}: how a text is rewritten before it is cut. */
@NullMarked
package io.github.npu4j.tokenizer.normalize;

import org.jspecify.annotations.NullMarked;
