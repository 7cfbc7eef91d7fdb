package io.github.npu4j.cli;

import io.github.npu4j.cli.T5Run.Figures;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.runtime.Device;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers the same sentences on several devices and measures each.
 *
 * <p>All devices are open at once and take turns, in each round the other way round, so that what
 * slows the machine down for a while slows all of them down.
 */
final class T5Bench {

  private static final String EMULATOR_NOTE = "emulator: right answers, not speed";

  /** Opens the model on a device, or throws an {@link NpuException}. */
  interface Opener {
    T5Run.Subject open(Device device);
  }

  /**
   * What is to be measured.
   *
   * @param model the model's name
   * @param devices the devices, the CPU first: its answers are what the others' are compared with
   * @param sentences at least one
   * @param rounds how often each sentence is answered on each device
   * @param warmUp how long each device answers before anything is measured
   */
  record Plan(
      String model, List<Device> devices, List<String> sentences, int rounds, Duration warmUp) {

    /** Checks that the CPU is first. */
    Plan {
      if (devices.isEmpty() || devices.getFirst() != Device.CPU) {
        throw new IllegalArgumentException("the CPU is not the first of " + devices);
      }
    }
  }

  /**
   * A device.
   *
   * @param reason why it took no part; empty if it did
   * @param note what to know about the figures; may be empty
   * @param figures what was measured, or {@code null} if it took no part
   */
  record Row(
      Device device, boolean available, String reason, String note, @Nullable Figures figures) {}

  /**
   * What was measured.
   *
   * @param longest the most tokens that an answer could have, on all devices
   */
  record Result(
      String model, int sentences, int rounds, Duration warmUp, int longest, List<Row> rows) {}

  private final Opener opener;
  private final LongSupplier clock;

  /**
   * Makes a benchmark.
   *
   * @param clock gives nanoseconds, as {@link System#nanoTime()} does
   */
  T5Bench(Opener opener, LongSupplier clock) {
    this.opener = opener;
    this.clock = clock;
  }

  /**
   * Measures.
   *
   * @throws NpuException if the CPU can't run the model; another device that can't gets a row with
   *     the reason
   */
  Result run(Plan plan) {
    List<T5Run> runs = plan.devices.stream().map(device -> new T5Run(device, clock)).toList();
    try {
      runs.forEach(run -> attempt(run, it -> it.open(opener)));
      int most =
          runs.stream().filter(T5Run::runs).mapToInt(T5Run::longestAnswer).min().orElseThrow();
      inTurn(runs, run -> run.warmUp(plan.sentences, most, plan.warmUp.toNanos()));
      for (int round = 0; round < plan.rounds; round++) {
        inTurn(round % 2 == 0 ? runs : runs.reversed(), run -> run.round(plan.sentences, most));
      }
      T5Run cpu = runs.getFirst();
      List<Row> rows = new ArrayList<>();
      runs.forEach(run -> rows.add(row(run, cpu)));
      return new Result(
          plan.model, plan.sentences.size(), plan.rounds, plan.warmUp, most, List.copyOf(rows));
    } finally {
      runs.forEach(T5Run::close);
    }
  }

  private static void inTurn(List<T5Run> runs, Consumer<T5Run> work) {
    runs.stream().filter(T5Run::runs).forEach(run -> attempt(run, work));
  }

  /** Only the CPU has to do it. */
  private static void attempt(T5Run run, Consumer<T5Run> work) {
    try {
      work.accept(run);
    } catch (NpuException failed) {
      if (run.device() == Device.CPU) {
        throw failed;
      }
      run.leave(failed);
    }
  }

  private static Row row(T5Run run, T5Run cpu) {
    return run.runs()
        ? new Row(
            run.device(),
            true,
            "",
            run.device() == Device.EMULATOR ? EMULATOR_NOTE : "",
            run.figures(cpu))
        : new Row(run.device(), false, run.reason(), "", null);
  }
}
