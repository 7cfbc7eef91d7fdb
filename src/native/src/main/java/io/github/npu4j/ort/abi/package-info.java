/**
 * What stands nearest to ONNX Runtime's C API: its function tables, the checker of its statuses,
 * and its numbers for element types.
 *
 * <p>Not exported; {@code ort} builds on it.
 */
@NullMarked
package io.github.npu4j.ort.abi;

import org.jspecify.annotations.NullMarked;
