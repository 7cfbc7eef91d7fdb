package io.github.npu4j.engine;

/** How much a profiled run records. */
public enum ProfileLevel {
  /** The times of the phases of a run. */
  BASIC,
  /** Also what each operator of the graph took. */
  DETAILED
}
