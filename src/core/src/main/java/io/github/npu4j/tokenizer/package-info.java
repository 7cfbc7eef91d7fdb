/**
 * Token ids out of text and back, by a model's {@code tokenizer.json}.
 *
 * <p>The work is done by HuggingFace's tokenizers library, in the build that DJL ships for Java;
 * DJL itself does not show, does not run, does not report home and downloads nothing.
 */
@NullMarked
package io.github.npu4j.tokenizer;

import org.jspecify.annotations.NullMarked;
