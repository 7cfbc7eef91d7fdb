package io.github.npu4j.measure;

import io.github.npu4j.engine.Placement;
import io.github.npu4j.runtime.Device;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** A device that loads a model again and again, and what was measured with it so far. */
final class LoadMeasurement extends DeviceMeasurement<LoadMeasurement.Loader, LoadTimes> {

  /**
   * Loads a model on one device.
   *
   * @param first what it took for the first time
   * @param again loads, runs and closes the model
   */
  record Loader(LoadTimes first, Supplier<LoadTimes> again) implements OpenModel {

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

  /** Makes a measurement that has not loaded yet. */
  LoadMeasurement(Device device, Opener<Loader> opener, LongSupplier clock) {
    super(device, opener, clock);
  }

  @Override
  LoadTimes answer(String model) {
    return model().again().get();
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
    model().first().phases().forEach((name, nanos) -> first.add(Series.of(name, 1, nanos)));
    List<Series> later = new ArrayList<>();
    phases.forEach((name, samples) -> later.add(samples.series(name, 1)));
    return result(
        figures(LoadBenchmark.BYTES, Map.of()),
        List.of(new Stack(LoadBenchmark.FIRST, first), new Stack(LoadBenchmark.LATER, later)),
        List.of(
            whole(LoadBenchmark.WHOLE),
            loads.series(LoadBenchmark.LOAD, 1),
            firstRuns.series(LoadBenchmark.FIRST_RUN, 1),
            closes.series(LoadBenchmark.CLOSE, 1)));
  }
}
