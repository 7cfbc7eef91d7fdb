package io.github.npu4j.cli;

import io.github.npu4j.error.NpuException;
import io.github.npu4j.report.DeviceResult;
import io.github.npu4j.runtime.Device;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Devices that are asked the same in turn.
 *
 * <p>All are open at once, and go the other way round in each round, so that what slows the machine
 * down for a while slows all of them down.
 *
 * @param <R> the run of one device
 */
final class Turns<R extends DeviceRun<?, ?>> implements AutoCloseable {

  private static final String EMULATOR_NOTE = "emulator: right answers, not speed";

  /** How long the rounds may take on a device when nobody said how many there are. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /**
   * What is to be measured.
   *
   * @param model the model's name
   * @param devices the devices
   * @param questions what each device is asked in a round; at least one
   * @param rounds how many rounds there are
   * @param longest after how long no other round begins, on all devices together
   * @param warmUp how long each device answers before anything is measured
   */
  record Plan(
      String model,
      List<Device> devices,
      List<String> questions,
      int rounds,
      Duration longest,
      Duration warmUp) {

    /** Returns a plan as the settings have it, by default so many rounds within a minute each. */
    static Plan of(
        String model,
        List<Device> devices,
        List<String> questions,
        int usualRounds,
        BenchSettings settings) {
      Optional<Integer> rounds = settings.rounds();
      return new Plan(
          model,
          devices,
          questions,
          rounds.orElse(usualRounds),
          rounds.isPresent() ? Duration.ofDays(365) : PATIENCE.multipliedBy(devices.size()),
          settings.warmUp());
    }

    /** Checks that the first device is the CPU, whose answers the others' are compared with. */
    void requireCpuFirst() {
      if (devices.isEmpty() || devices.getFirst() != Device.CPU) {
        throw new IllegalArgumentException("the CPU is not the first of " + devices);
      }
    }
  }

  private final List<R> runs;
  private final Set<Device> required;
  private final LongSupplier clock;
  private final Map<Device, NpuException> failures = new EnumMap<>(Device.class);
  private int rounds;

  /**
   * Takes the runs of a plan's devices, none of them open.
   *
   * @param required the devices without which there is no benchmark
   * @param clock gives nanoseconds, as {@link System#nanoTime()} does
   */
  Turns(Plan plan, Set<Device> required, Function<Device, R> run, LongSupplier clock) {
    this.runs = plan.devices.stream().map(run).toList();
    this.required = required;
    this.clock = clock;
  }

  /** Returns the run of the first device. */
  R first() {
    return runs.getFirst();
  }

  /** Returns the runs that take part. */
  List<R> running() {
    return runs.stream().filter(DeviceRun::runs).toList();
  }

  /**
   * Opens the model on every device that can.
   *
   * @throws NpuException if a device that is required can't; the first device's error if none can
   */
  void open() {
    inTurn(runs, DeviceRun::open);
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
   * Warms up and measures.
   *
   * @throws NpuException if a device that is required can't answer, or none can; another device
   *     that can't takes no further part
   */
  void measure(Plan plan) {
    each(run -> run.warmUp(plan.questions, plan.warmUp.toNanos()));
    long begin = clock.getAsLong();
    while (rounds < plan.rounds) {
      inTurn(rounds % 2 == 0 ? running() : running().reversed(), run -> run.round(plan.questions));
      rounds++;
      if (clock.getAsLong() - begin >= plan.longest.toNanos()) {
        return;
      }
    }
  }

  /** Returns how many rounds were measured. */
  int rounds() {
    return rounds;
  }

  private void inTurn(List<R> those, Consumer<R> work) {
    for (R run : those) {
      try {
        work.accept(run);
      } catch (NpuException failed) {
        if (required.contains(run.device())) {
          throw failed;
        }
        run.leave(failed);
        failures.put(run.device(), failed);
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
    for (R run : runs) {
      results.add(
          run.runs()
              ? result.apply(run)
              : DeviceResult.absent(run.device().toString(), run.reason()));
    }
    return List.copyOf(results);
  }

  /** Returns what to know about figures of a device; may be empty. */
  static String note(Device device) {
    return device == Device.EMULATOR ? EMULATOR_NOTE : "";
  }

  @Override
  public void close() {
    runs.forEach(DeviceRun::close);
  }
}
