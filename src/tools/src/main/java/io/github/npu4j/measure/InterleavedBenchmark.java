package io.github.npu4j.measure;

import io.github.npu4j.error.NpuException;
import io.github.npu4j.runtime.Device;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Measures devices in turn, so that they can be compared.
 *
 * <p>All are open at once, and go the other way round in each round, so that what slows the machine
 * down for a while (a neighbour, heat) slows all of them down. For one thread; {@link #close()}
 * closes every model.
 *
 * @param <R> what measures one device
 */
final class InterleavedBenchmark<R extends DeviceMeasurement<?, ?>> implements AutoCloseable {

  private static final String EMULATOR_NOTE = "emulator: right answers, not speed";

  private final BenchmarkPlan plan;
  private final List<R> all;
  private final Set<Device> required;
  private final LongSupplier clock;
  private final BenchmarkProgress progress;
  private final Map<Device, NpuException> failures = new EnumMap<>(Device.class);
  private int rounds;

  /**
   * Takes a measurement for each of a plan's devices, none of them open.
   *
   * @param required the devices without which there is no benchmark
   * @param clock gives nanoseconds, as {@link System#nanoTime()} does
   */
  InterleavedBenchmark(
      BenchmarkPlan plan,
      Set<Device> required,
      Function<Device, R> measurement,
      LongSupplier clock,
      BenchmarkProgress progress) {
    this.plan = plan;
    this.all = plan.devices().stream().map(measurement).toList();
    this.required = required;
    this.clock = clock;
    this.progress = progress;
  }

  /** Returns the measurement of the first device. */
  R first() {
    return all.getFirst();
  }

  /** Returns the measurements of the devices that take part. */
  List<R> running() {
    return all.stream().filter(DeviceMeasurement::isOpen).toList();
  }

  /**
   * Opens the model on every device that can.
   *
   * @throws NpuException if a device that is required can't; the first device's error if none can
   */
  void open() {
    inTurn(
        all,
        one -> {
          progress.opening(one.device());
          one.open();
        });
  }

  /**
   * Does something with each device that takes part.
   *
   * @throws NpuException if it fails on one that is required; the first device's error if no device
   *     is left
   */
  void each(Consumer<R> work) {
    inTurn(running(), work);
  }

  /**
   * Warms up and measures the plan's rounds.
   *
   * @throws NpuException if a device that is required can't answer, or none can; another device
   *     that can't takes no further part
   * @throws CancellationException if the thread was interrupted, at the end of the round
   */
  void measure() {
    each(one -> one.warmUp(plan.inputs(), plan.warmUp().toNanos()));
    long begin = clock.getAsLong();
    while (rounds < plan.rounds()) {
      inTurn(rounds % 2 == 0 ? running() : running().reversed(), one -> one.round(plan.inputs()));
      rounds++;
      progress.measured(rounds, plan.rounds());
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("interrupted after " + rounds + " rounds");
      }
      if (clock.getAsLong() - begin >= plan.maxDuration().toNanos()) {
        return;
      }
    }
  }

  /** Returns how many rounds were measured. */
  int rounds() {
    return rounds;
  }

  private void inTurn(List<R> those, Consumer<R> work) {
    for (R one : those) {
      try {
        work.accept(one);
      } catch (NpuException failed) {
        if (required.contains(one.device())) {
          throw failed;
        }
        one.leave(failed);
        failures.put(one.device(), failed);
        progress.leaving(one.device(), one.reason());
      }
    }
    NpuException failure = failures.get(first().device());
    if (failure != null && running().isEmpty()) {
      throw failure;
    }
  }

  /**
   * Returns the result of each device, in their order.
   *
   * @param result the result of one that took part, with a note
   */
  List<DeviceResult> results(Function<R, DeviceResult> result) {
    List<DeviceResult> results = new ArrayList<>();
    for (R one : all) {
      results.add(
          one.isOpen()
              ? result.apply(one)
              : DeviceResult.absent(one.device().toString(), one.reason()));
    }
    return List.copyOf(results);
  }

  /** Returns what to know about figures of a device; may be empty. */
  static String note(Device device) {
    return device == Device.EMULATOR ? EMULATOR_NOTE : "";
  }

  @Override
  public void close() {
    all.forEach(DeviceMeasurement::close);
  }
}
