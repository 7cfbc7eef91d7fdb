package io.github.npu4j.report;

/**
 * So large a share of the durations is not above each of these, in milliseconds.
 *
 * @param count how many durations there are
 * @param p50 half of them
 * @param p90 nine tenths
 * @param p99 99 of 100
 * @param p999 999 of 1,000
 */
public record Percentiles(long count, double p50, double p90, double p99, double p999) {}
