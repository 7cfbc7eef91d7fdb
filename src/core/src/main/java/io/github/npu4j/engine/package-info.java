/**
 * Models that run: one {@link Model} and {@link Binding} face over three engines.
 *
 * <p>{@code engine.open.Models} opens a model: it chooses the device and the engine and says why in
 * a {@link Placement}. {@code engine.direct} drives a context binary by QNN alone, {@code
 * engine.ort} any ONNX or EPContext model by ONNX Runtime through the foreign-function interface,
 * {@code engine.javaort} the same on the CPU by ONNX Runtime's own Java package. Whether a context
 * binary fits a device is judged by {@code engine.compatibility.Compatibility} before any native
 * call that could end the process.
 *
 * <p>A {@code Model} may be shared by threads; a {@code Binding} belongs to one thread at a time.
 * Memory of a binding lives in one shared arena that its {@code close()} closes.
 */
@NullMarked
package io.github.npu4j.engine;

import org.jspecify.annotations.NullMarked;
