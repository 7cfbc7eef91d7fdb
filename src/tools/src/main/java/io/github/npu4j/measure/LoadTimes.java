package io.github.npu4j.measure;

import io.github.npu4j.engine.Binding;
import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.engine.LoadReport;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.Placement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What a model's whole life took, with one run in it; in nanoseconds.
 *
 * @param placement where it ran
 * @param phases of it, in their order: those that the engine reports, then {@code bind}, {@code
 *     first run} and {@code close}; what the engine did beside its phases is {@code other}
 * @param load until the model could run
 * @param firstRun the run, on zeros
 * @param close until everything was given back
 */
record LoadTimes(
    Placement placement, Map<String, Long> phases, long load, long firstRun, long close) {

  static final String BIND = "bind";
  private static final String OTHER = "other";

  /** Opens a model, runs it once, and closes it. */
  static LoadTimes measure(Supplier<Model> opener, TensorShapes shapes) {
    long begin = System.nanoTime();
    Model model = opener.get();
    Placement placement;
    Map<String, Long> phases;
    long bound;
    long ran;
    try (model) {
      long opened = System.nanoTime();
      GraphSpec graph = shapes.graphOf(model);
      phases = phases(model.loadReport(), opened - begin);
      placement = model.placement();
      Map<String, Long> before = Map.copyOf(phases);
      long binding = System.nanoTime();
      try (Binding run = model.bind(graph.name(), shapes.of(graph, Map.of()))) {
        bound = System.nanoTime();
        run.run();
        ran = System.nanoTime();
      }
      long inBind = later(model.loadReport(), before, phases);
      phases.put(BIND, Math.max(0, bound - binding - inBind));
      phases.put(LoadBenchmark.FIRST_RUN, ran - bound);
    }
    long closed = System.nanoTime();
    phases.put(LoadBenchmark.CLOSE, closed - ran);
    return new LoadTimes(placement, phases, bound - begin, ran - bound, closed - ran);
  }

  /**
   * Returns the phases of opening a model.
   *
   * @param whole what it took from outside
   */
  static Map<String, Long> phases(LoadReport report, long whole) {
    Map<String, Long> phases = new LinkedHashMap<>();
    report.phases().forEach(phase -> phases.merge(phase.name(), phase.nanos(), Long::sum));
    phases.put(OTHER, Math.max(0, whole - report.totalNanos()));
    return phases;
  }

  /** Adds the engine's phases that ran since, and returns what they took. */
  private static long later(LoadReport report, Map<String, Long> before, Map<String, Long> phases) {
    long sum = 0;
    for (LoadReport.Phase phase : report.phases()) {
      long since = phase.nanos() - before.getOrDefault(phase.name(), 0L);
      if (since > 0) {
        phases.merge(phase.name(), since, Long::sum);
        sum += since;
      }
    }
    return sum;
  }
}
