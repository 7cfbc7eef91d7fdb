/**
 * The engine of ONNX Runtime through the foreign-function interface: ONNX and EPContext models on
 * the CPU, on HTP by the QNN execution provider, or on what another provider plugin offers.
 *
 * <p>Uses {@code engine.direct} to check a context binary before the QNN provider hands it to HTP.
 * Not exported: users open models by {@code engine.open.Models}.
 */
@NullMarked
package io.github.npu4j.engine.ort;

import org.jspecify.annotations.NullMarked;
