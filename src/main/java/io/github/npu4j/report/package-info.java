/**
 * What was measured, in figures: durations as percentiles of a histogram, and what a thread
 * allocated meanwhile.
 */
@NullMarked
package io.github.npu4j.report;

import org.jspecify.annotations.NullMarked;
