package io.github.npu4j.cli;

import io.github.npu4j.engine.Placement;
import io.github.npu4j.report.DeviceResult;
import io.github.npu4j.report.Samples;
import io.github.npu4j.report.Series;
import io.github.npu4j.report.Stack;
import io.github.npu4j.runtime.Device;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** A device that loads a model again and again, and what was measured with it so far. */
final class LoadRun extends DeviceRun<LoadRun.Loader, LoadTimes> {

  /** The series of whole lives, and of parts of them. */
  static final String WHOLE = "load, run, close";

  static final String LOAD = "load";

  /**
   * What a load, a run and the end allocate on the Java heap, by median, where the JVM counts it.
   */
  static final String BYTES = "bytesPerLoad";

  /** The stacks: the very first load, when the libraries come too, and the later ones. */
  static final String FIRST = "first in this process";

  static final String LATER = "later, median";

  /**
   * Loads a model on one device.
   *
   * @param first what it took for the first time
   * @param again loads, runs and closes the model
   */
  record Loader(LoadTimes first, Supplier<LoadTimes> again) implements DeviceRun.Subject {

    /** Loads for the first time. */
    static Loader of(Supplier<LoadTimes> load) {
      return new Loader(load.get(), load);
    }

    @Override
    public Placement placement() {
      return first.placement();
    }

    @Override
    public void close() {}
  }

  private final Samples loads = new Samples();
  private final Samples firstRuns = new Samples();
  private final Samples closes = new Samples();
  private final Map<String, Samples> phases = new LinkedHashMap<>();

  /** Makes a run that has not loaded yet. */
  LoadRun(Device device, Opener<Loader> opener, LongSupplier clock) {
    super(device, opener, clock);
  }

  @Override
  LoadTimes answer(String model) {
    return subject().again().get();
  }

  @Override
  void keep(int model, LoadTimes times) {
    loads.record(times.load());
    firstRuns.record(times.firstRun());
    closes.record(times.close());
    times
        .phases()
        .forEach((name, nanos) -> phases.computeIfAbsent(name, _ -> new Samples()).record(nanos));
  }

  /** Returns what was measured after at least one round. */
  DeviceResult result() {
    List<Series> first = new ArrayList<>();
    subject().first().phases().forEach((name, nanos) -> first.add(Series.of(name, 1, nanos)));
    List<Series> later = new ArrayList<>();
    phases.forEach((name, samples) -> later.add(samples.series(name, 1)));
    return result(
        figures(BYTES, Map.of()),
        List.of(new Stack(FIRST, first), new Stack(LATER, later)),
        List.of(
            whole(WHOLE),
            loads.series(LOAD, 1),
            firstRuns.series(LoadTimes.FIRST_RUN, 1),
            closes.series(LoadTimes.CLOSE, 1)));
  }
}
