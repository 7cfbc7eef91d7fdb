/**
 * ONNX files: what they say of themselves, read without trusting them, and what is changed in them
 * before they are compiled.
 *
 * <p>The files are read and rewritten at the level of protobuf's wire format, as slices of the
 * mapped file: weights are never parsed, copied to the heap or held twice.
 */
@NullMarked
package io.github.npu4j.onnx;

import org.jspecify.annotations.NullMarked;
