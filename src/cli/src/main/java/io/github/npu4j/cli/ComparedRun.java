package io.github.npu4j.cli;

import io.github.npu4j.report.BenchRun;
import io.github.npu4j.report.Comparison;

/** A run, and what is different from an earlier one. */
record ComparedRun(BenchRun run, Comparison comparison) {

  /** The name of the run in JSON. */
  static final String RUN = "run";
}
