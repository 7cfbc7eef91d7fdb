/**
 * How a text becomes tokens, step by step, as a {@code tokenizer.json} describes it; what each step
 * does is said in the packages beside this one.
 *
 * <p>A text is held in UTF-8. Everything that a call needs is in a {@link
 * io.github.npu4j.tokenizer.pipeline.Workspace}, which is used again, so that nothing is allocated.
 */
@NullMarked
package io.github.npu4j.tokenizer.pipeline;

import org.jspecify.annotations.NullMarked;
