package io.github.npu4j.engine;

import java.util.List;

/**
 * What loading a model cost, phase by phase.
 *
 * @param bytes the size of the files that were loaded; external data of an ONNX model, which may
 *     lie beside it, is not counted
 * @param phases the phases in the order they ran; a phase that ran for several files is summed
 */
public record LoadReport(long bytes, List<Phase> phases) {

  /** Takes a copy of the list. */
  public LoadReport {
    phases = List.copyOf(phases);
  }

  /**
   * One phase.
   *
   * @param name {@code map}, {@code hash}, {@code introspect}, {@code create}, {@code retrieve} for
   *     a context binary; {@code session} for a model of ONNX Runtime
   * @param nanos its duration in nanoseconds
   */
  public record Phase(String name, long nanos) {}

  /** Returns the duration of a phase in nanoseconds; 0 if it did not run. */
  public long nanos(String phase) {
    return phases.stream().filter(p -> p.name().equals(phase)).mapToLong(Phase::nanos).sum();
  }

  /** Returns the sum of all phases in nanoseconds. */
  public long totalNanos() {
    return phases.stream().mapToLong(Phase::nanos).sum();
  }
}
