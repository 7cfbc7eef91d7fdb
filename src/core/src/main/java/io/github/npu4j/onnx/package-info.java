/**
 * ONNX files: what they say of themselves, read without trusting them, and what is changed in them
 * before they are compiled; and how a T5 checkpoint becomes some.
 *
 * <p>The files are read and rewritten at the level of protobuf's wire format, as slices of the
 * mapped file: weights are never parsed, copied to the heap or held twice. New graphs are built
 * with ONNX's own protobuf classes ({@link GraphBuilder}), and their weights computed a block at a
 * time while they are written.
 */
@NullMarked
package io.github.npu4j.onnx;

import org.jspecify.annotations.NullMarked;
