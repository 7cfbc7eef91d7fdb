/**
 * What was measured, in figures: durations and their percentiles, what a thread allocated
 * meanwhile, where it was, and how likely a difference between two runs is more than noise.
 */
@NullMarked
package io.github.npu4j.report;

import org.jspecify.annotations.NullMarked;
