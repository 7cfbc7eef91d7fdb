/**
 * EPContext models: ONNX files whose nodes stand for what an execution provider compiled, read and
 * written.
 */
@NullMarked
package io.github.npu4j.onnx.epcontext;

import org.jspecify.annotations.NullMarked;
