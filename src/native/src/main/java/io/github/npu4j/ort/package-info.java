/**
 * ONNX Runtime through its C API: models, tensors, bindings, execution providers, the compiler.
 *
 * <p>Usable by itself: {@link io.github.npu4j.ort.Ort#load} binds a library, {@link
 * io.github.npu4j.ort.OrtModel#open} opens a model, {@link io.github.npu4j.ort.OrtModel#bind} gives
 * an {@link io.github.npu4j.ort.IoBinding} over the caller's own memory. Every class stands on C
 * functions that its documentation names.
 *
 * <p>What holds for all of them. Objects with a {@code close()} hold native memory until it is
 * called; {@code close()} may be called twice, waits for the calls in flight on other threads, and
 * a use after it throws {@link java.lang.IllegalStateException}. What the library refuses throws a
 * {@link io.github.npu4j.error.NativeCallException} with the C function, the code and the library's
 * own words. The library and its environment belong to the process and are never unloaded.
 */
@NullMarked
package io.github.npu4j.ort;

import org.jspecify.annotations.NullMarked;
