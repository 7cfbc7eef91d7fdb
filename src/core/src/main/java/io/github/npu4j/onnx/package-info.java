/**
 * ONNX files: one graph, {@link io.github.npu4j.onnx.OnnxModel}, that is read without trusting the
 * file, changed, built and written; what is changed in models before they are compiled; and how a
 * T5 checkpoint becomes some.
 *
 * <p>The files are read and written at the level of protobuf's wire format. What is not known is
 * kept as it is, and weights stay in the file until they are needed.
 */
@NullMarked
package io.github.npu4j.onnx;

import org.jspecify.annotations.NullMarked;
