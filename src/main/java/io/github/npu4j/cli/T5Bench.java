package io.github.npu4j.cli;

import io.github.npu4j.cli.DeviceRun.Opener;
import io.github.npu4j.cli.T5Run.Figures;
import io.github.npu4j.cli.Turns.Plan;
import io.github.npu4j.cli.Turns.Row;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/** Answers the same sentences with a T5 on several devices and measures each. */
final class T5Bench {

  /**
   * What was measured.
   *
   * @param longest the most tokens that an answer could have, on all devices
   */
  record Result(
      String model,
      int sentences,
      int rounds,
      Duration warmUp,
      int longest,
      List<Row<Figures>> rows) {}

  private T5Bench() {}

  /**
   * Measures.
   *
   * @param clock gives nanoseconds, as {@link System#nanoTime()} does
   * @throws io.github.npu4j.error.NpuException if the CPU can't run the model; another device that
   *     can't gets a row with the reason
   */
  static Result run(Plan plan, Opener<T5Run.Subject> opener, LongSupplier clock) {
    try (Turns<T5Run> turns = new Turns<>(plan, device -> new T5Run(device, opener, clock))) {
      turns.open();
      List<T5Run> open = turns.running();
      int most = open.stream().mapToInt(run -> run.subject().longestAnswer()).min().orElseThrow();
      open.forEach(run -> run.limit(most));
      turns.measure(plan);
      return new Result(
          plan.model(),
          plan.texts().size(),
          plan.rounds(),
          plan.warmUp(),
          most,
          turns.rows(run -> run.figures(turns.cpu())));
    }
  }
}
