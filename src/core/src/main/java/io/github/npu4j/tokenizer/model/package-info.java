/** The models of {@code tokenizer.json}: which tokens a piece of a text consists of. */
@NullMarked
package io.github.npu4j.tokenizer.model;

import org.jspecify.annotations.NullMarked;
