/**
 * What characters are, in the versions of Unicode that Hugging Face's tokenizers work with, and
 * UTF-8.
 */
@NullMarked
package io.github.npu4j.tokenizer.unicode;

import org.jspecify.annotations.NullMarked;
