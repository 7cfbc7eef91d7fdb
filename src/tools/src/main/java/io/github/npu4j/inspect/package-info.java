/**
 * What is inside a model's files, and whether they are whole.
 *
 * <p>{@link io.github.npu4j.inspect.ContextInspection} reads a context binary, {@link
 * io.github.npu4j.inspect.OnnxFacts} summarizes an ONNX file, and {@link
 * io.github.npu4j.inspect.FileVerifier} checks both kinds, and whole model folders, for damage.
 * Nothing is loaded into a device of this process.
 */
@NullMarked
package io.github.npu4j.inspect;

import org.jspecify.annotations.NullMarked;
