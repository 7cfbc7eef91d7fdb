/**
 * Decoding by ONNX Runtime on the CPU: graphs of dynamic length whose keys and values grow in
 * place, and shortlists that leave out most of a large vocabulary.
 */
@NullMarked
package io.github.npu4j.seq2seq.cpu;

import org.jspecify.annotations.NullMarked;
