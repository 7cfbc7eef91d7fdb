/**
 * The direct engine: context binaries on HTP by QNN alone, with no ONNX Runtime in between.
 *
 * <p>One started backend serves the process ({@code SharedHtp}); the runs of all models take turns
 * on it. Not exported: users open models by {@code engine.open.Models}.
 */
@NullMarked
package io.github.npu4j.engine.direct;

import org.jspecify.annotations.NullMarked;
