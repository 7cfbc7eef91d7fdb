/**
 * Compiling ONNX models into context binaries for HTP, and adopting context binaries that other
 * tools made.
 *
 * <p>Compiling needs ONNX Runtime and Qualcomm's libraries for x86 Linux or Windows, or those of a
 * device; it needs no NPU.
 */
@NullMarked
package io.github.npu4j.compile;

import org.jspecify.annotations.NullMarked;
