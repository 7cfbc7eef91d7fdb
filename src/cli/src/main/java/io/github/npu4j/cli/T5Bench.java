package io.github.npu4j.cli;

import io.github.npu4j.cli.DeviceRun.Opener;
import io.github.npu4j.cli.Turns.Plan;
import io.github.npu4j.runtime.Device;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/** Answers the same sentences with a T5 on several devices and measures each. */
final class T5Bench {

  /** The setting of the most tokens that an answer could have, on all devices. */
  static final String LONGEST = "mostTokensAnAnswer";

  /**
   * What was measured.
   *
   * @param longest the most tokens that an answer could have, on all devices
   */
  record Result(int longest, BenchResult measured) {}

  private T5Bench() {}

  /**
   * Measures.
   *
   * @param clock gives nanoseconds, as {@link System#nanoTime()} does
   * @throws io.github.npu4j.error.NpuException if the CPU can't run the model; another device that
   *     can't gets a row with the reason
   */
  static Result run(Plan plan, Opener<T5Run.Subject> opener, LongSupplier clock) {
    plan.requireCpuFirst();
    try (Turns<T5Run> turns =
        new Turns<>(plan, Set.of(Device.CPU), device -> new T5Run(device, opener, clock), clock)) {
      turns.open();
      List<T5Run> open = turns.running();
      int most = open.stream().mapToInt(run -> run.subject().longestAnswer()).min().orElseThrow();
      open.forEach(run -> run.limit(most));
      turns.measure(plan);
      return new Result(
          most, new BenchResult(turns.rounds(), turns.results(run -> run.result(turns.first()))));
    }
  }
}
