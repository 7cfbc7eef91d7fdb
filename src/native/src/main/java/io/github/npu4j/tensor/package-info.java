/**
 * Tensors as values: element types, shapes, specs, quantization, and off-heap memory to hold them.
 *
 * <p>Nothing here knows a native API. The rooms that do map their own codes to these types.
 */
@NullMarked
package io.github.npu4j.tensor;

import org.jspecify.annotations.NullMarked;
