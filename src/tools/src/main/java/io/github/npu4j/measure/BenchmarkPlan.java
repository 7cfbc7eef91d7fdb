package io.github.npu4j.measure;

import io.github.npu4j.runtime.Device;
import java.time.Duration;
import java.util.List;

/**
 * What a benchmark does: on which devices, with what, and how often. Immutable; each {@code with}
 * method returns a changed copy.
 *
 * @param devices the devices in the order of their results; benchmarks that compare answers want
 *     the CPU first
 * @param inputs what each device is given in a round, one after the other: texts, or a name for
 *     values that stay the same; at least one
 * @param rounds how many rounds there are at most
 * @param maxDuration after how long no other round begins, on all devices together
 * @param warmUp how long each device works before anything is measured
 */
public record BenchmarkPlan(
    List<Device> devices, List<String> inputs, int rounds, Duration maxDuration, Duration warmUp) {

  /** How long the rounds may take on a device when the caller named no number. */
  private static final Duration MAX_PER_DEVICE = Duration.ofMinutes(1);

  /** Longer than any benchmark: the requested rounds are all measured. */
  private static final Duration NO_LIMIT = Duration.ofDays(365);

  /**
   * Long enough for the just-in-time compiler to have compiled what one execution runs through, and
   * for a processor to have raised its clock.
   */
  private static final Duration DEFAULT_WARM_UP = Duration.ofSeconds(2);

  /** Checks the values and takes copies of the lists. */
  public BenchmarkPlan {
    devices = List.copyOf(devices);
    inputs = List.copyOf(inputs);
    if (devices.isEmpty() || devices.contains(Device.AUTO)) {
      throw new IllegalArgumentException("name devices to measure, not " + devices);
    }
    if (inputs.isEmpty() || rounds < 1) {
      throw new IllegalArgumentException("there is nothing to measure");
    }
  }

  /**
   * Returns a plan of at most {@code rounds} rounds, fewer if they take longer than a minute a
   * device, after two seconds of warm-up each.
   *
   * @throws IllegalArgumentException if there is no device, no input, or {@code rounds} is not
   *     above 0
   */
  public static BenchmarkPlan of(List<Device> devices, List<String> inputs, int rounds) {
    Duration maxDuration = MAX_PER_DEVICE.multipliedBy(Math.max(1, devices.size()));
    return new BenchmarkPlan(devices, inputs, rounds, maxDuration, DEFAULT_WARM_UP);
  }

  /** Returns a copy of exactly {@code count} rounds, however long they take. */
  public BenchmarkPlan withRounds(int count) {
    return new BenchmarkPlan(devices, inputs, count, NO_LIMIT, warmUp);
  }

  /** Returns a copy in which no round begins after {@code limit}, on all devices together. */
  public BenchmarkPlan withMaxDuration(Duration limit) {
    return new BenchmarkPlan(devices, inputs, rounds, limit, warmUp);
  }

  /** Returns a copy in which each device works for {@code time} before anything is measured. */
  public BenchmarkPlan withWarmUp(Duration time) {
    return new BenchmarkPlan(devices, inputs, rounds, maxDuration, time);
  }

  /** Checks that the first device is the CPU, whose answers the others' are compared with. */
  void requireCpuFirst() {
    if (devices.getFirst() != Device.CPU) {
      throw new IllegalArgumentException("the CPU is not the first of " + devices);
    }
  }
}
