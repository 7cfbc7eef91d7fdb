package io.github.npu4j.report;

/**
 * A benchmark's record, and what is different from an earlier one.
 *
 * <p>The names of the components are those of the saved JSON file.
 */
public record ComparedRecord(BenchmarkRecord run, Comparison comparison) {

  /** The name of the record in JSON. */
  static final String RUN = "run";
}
