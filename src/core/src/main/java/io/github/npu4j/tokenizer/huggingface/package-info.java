/**
 * Hugging Face's own library, in the build that DJL ships for Java, for those who ask for it by
 * name; DJL itself does not show, does not run, does not report home and downloads nothing.
 */
@NullMarked
package io.github.npu4j.tokenizer.huggingface;

import org.jspecify.annotations.NullMarked;
