/**
 * BERT and the encoders built like it: its graph is recognised in an ONNX model and rewritten for
 * the CPU.
 */
@NullMarked
package io.github.npu4j.family.bert;

import org.jspecify.annotations.NullMarked;
