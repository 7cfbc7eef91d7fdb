package io.github.npu4j.cli;

import io.github.npu4j.error.NpuException;
import io.github.npu4j.runtime.Device;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Devices that answer the same texts in turn.
 *
 * <p>All are open at once, and go the other way round in each round, so that what slows the machine
 * down for a while slows all of them down.
 *
 * @param <R> the run of one device
 */
final class Turns<R extends DeviceRun<?, ?>> implements AutoCloseable {

  private static final String EMULATOR_NOTE = "emulator: right answers, not speed";

  /**
   * What is to be measured.
   *
   * @param model the model's name
   * @param devices the devices, the CPU first: its answers are what the others' are compared with
   * @param texts at least one
   * @param rounds how often each text is answered on each device
   * @param warmUp how long each device answers before anything is measured
   */
  record Plan(String model, List<Device> devices, List<String> texts, int rounds, Duration warmUp) {

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
  record Row<F>(
      Device device, boolean available, String reason, String note, @Nullable F figures) {}

  private final List<R> runs;

  /** Takes the runs of a plan's devices, none of them open; owned. */
  Turns(Plan plan, Function<Device, R> run) {
    this.runs = plan.devices.stream().map(run).toList();
  }

  /** Returns the run whose answers the others' are compared with. */
  R cpu() {
    return runs.getFirst();
  }

  /** Returns the runs that take part. */
  List<R> running() {
    return runs.stream().filter(DeviceRun::runs).toList();
  }

  /**
   * Opens the model on every device that can.
   *
   * @throws NpuException if the CPU can't
   */
  void open() {
    runs.forEach(run -> attempt(run, DeviceRun::open));
  }

  /**
   * Warms up and measures.
   *
   * @throws NpuException if the CPU can't answer; another device that can't takes no further part
   */
  void measure(Plan plan) {
    running().forEach(run -> attempt(run, it -> it.warmUp(plan.texts, plan.warmUp.toNanos())));
    for (int round = 0; round < plan.rounds; round++) {
      List<R> order = round % 2 == 0 ? running() : running().reversed();
      order.forEach(run -> attempt(run, it -> it.round(plan.texts)));
    }
  }

  private static <R extends DeviceRun<?, ?>> void attempt(R run, Consumer<R> work) {
    try {
      work.accept(run);
    } catch (NpuException failed) {
      if (run.device() == Device.CPU) {
        throw failed;
      }
      run.leave(failed);
    }
  }

  /** Returns a row for each device, in their order. */
  <F> List<Row<F>> rows(Function<R, F> figures) {
    List<Row<F>> rows = new ArrayList<>();
    for (R run : runs) {
      String note = run.device() == Device.EMULATOR ? EMULATOR_NOTE : "";
      rows.add(
          run.runs()
              ? new Row<>(run.device(), true, "", note, figures.apply(run))
              : new Row<>(run.device(), false, run.reason(), "", null));
    }
    return List.copyOf(rows);
  }

  @Override
  public void close() {
    runs.forEach(DeviceRun::close);
  }
}
