/**
 * The engine of ONNX Runtime's own Java package, on the CPU: the reference that the other engines
 * are compared with, and the way that is left where the foreign-function interface is denied.
 *
 * <p>Not exported: users open models by {@code engine.open.Models}.
 */
@NullMarked
package io.github.npu4j.engine.javaort;

import org.jspecify.annotations.NullMarked;
