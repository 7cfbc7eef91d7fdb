/**
 * Models that run: one {@link Model} and {@link Binding} face over three engines.
 *
 * <p>{@link Models#open} chooses the device and the engine and says why in a {@link Placement}.
 * {@code DirectEngine} drives a context binary by QNN alone, {@code OrtEngine} any ONNX or
 * EPContext model by ONNX Runtime through the foreign-function interface, {@code JavaOrtEngine} the
 * same on the CPU by ONNX Runtime's own Java package. Whether a context binary fits a device is
 * judged by {@link Compatibility} before any native call that could end the process.
 *
 * <p>A {@code Model} may be shared by threads; a {@code Binding} belongs to one thread at a time.
 * Memory of a binding lives in one shared arena that its {@code close()} closes.
 */
@NullMarked
package io.github.npu4j.engine;

import io.github.npu4j.engine.compatibility.Compatibility;
import io.github.npu4j.engine.open.Models;
import org.jspecify.annotations.NullMarked;
