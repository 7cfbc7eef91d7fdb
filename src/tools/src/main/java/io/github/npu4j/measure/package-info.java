/**
 * Benchmarks that users run: how fast a model loads, executes, embeds and answers on the devices of
 * this machine, side by side.
 *
 * <p>Each takes a {@link io.github.npu4j.measure.BenchmarkPlan} and a function that opens the model
 * on a device, and returns a {@link io.github.npu4j.measure.BenchmarkResult}: every duration as it
 * was measured, so that whoever reads it can judge its noise. A device that can't run the model is
 * no error but a result with the reason.
 */
@NullMarked
package io.github.npu4j.measure;

import org.jspecify.annotations.NullMarked;
