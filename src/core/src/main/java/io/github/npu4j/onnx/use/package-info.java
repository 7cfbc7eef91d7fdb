/**
 * What the integers that an ONNX graph takes are used for: to index tables, or as masks. Whoever
 * makes up inputs for a graph needs to know.
 */
@NullMarked
package io.github.npu4j.onnx.use;

import org.jspecify.annotations.NullMarked;
