package io.github.npu4j.engine.execution;

import io.github.npu4j.engine.LoadReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Measures the phases of a load; a phase that runs again is summed. Safe for many threads. */
public final class LoadClock {

  private final Map<String, Long> phases = new LinkedHashMap<>();

  /** Runs one phase and adds its duration, also if it throws. */
  public <T> T time(String phase, Supplier<T> work) {
    long start = System.nanoTime();
    try {
      return work.get();
    } finally {
      long nanos = System.nanoTime() - start;
      synchronized (phases) {
        phases.merge(phase, nanos, Long::sum);
      }
    }
  }

  /** Returns what was measured so far. */
  public LoadReport report(long bytes) {
    List<LoadReport.Phase> measured = new ArrayList<>();
    synchronized (phases) {
      phases.forEach((name, nanos) -> measured.add(new LoadReport.Phase(name, nanos)));
    }
    return new LoadReport(bytes, measured);
  }
}
