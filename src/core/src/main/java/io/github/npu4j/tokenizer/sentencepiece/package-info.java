/** SentencePiece's own models, run in Java. */
@NullMarked
package io.github.npu4j.tokenizer.sentencepiece;

import org.jspecify.annotations.NullMarked;
