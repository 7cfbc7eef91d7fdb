/**
 * What the families of encoders built like BERT share: the graph, written from a checkpoint's
 * weights by the names that a family gives, and the model folder around it.
 */
@NullMarked
package io.github.npu4j.family.encoder;

import org.jspecify.annotations.NullMarked;
