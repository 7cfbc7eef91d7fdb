/**
 * Text embeddings: texts in, vectors out, on whatever device the model was opened for.
 *
 * <p>{@link io.github.npu4j.text.Embedder} is the whole of it: it tokenizes, chooses the graph (the
 * smallest bucket that fits, or a dynamic shape without padding), runs it on pooled bindings, and
 * pools the answer where it lies.
 */
@NullMarked
package io.github.npu4j.text;

import org.jspecify.annotations.NullMarked;
