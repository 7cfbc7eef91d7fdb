package io.github.npu4j.report;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.measure.BenchmarkResult;
import io.github.npu4j.measure.DeviceResult;
import io.github.npu4j.measure.Percentiles;
import io.github.npu4j.measure.Series;
import io.github.npu4j.measure.Stack;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Two runs of a benchmark side by side.
 *
 * <p>Only the noise within the runs is known. What differs from one process to the next, such as
 * where the compiler and the loader put things, is not in it: measure twice before you believe a
 * small difference.
 *
 * @param before the earlier run
 * @param after the later run
 * @param caveats what else differs between the runs, and so may be the reason
 * @param notCompared what only one of the runs has
 * @param differences the same work in both, in the order of the later run
 * @param figures single figures of both
 */
public record Comparison(
    Summary before,
    Summary after,
    List<String> caveats,
    List<String> notCompared,
    List<Difference> differences,
    List<Figure> figures) {

  /**
   * Fewer durations say nothing of a median or of 99 of 100: with made-up noise of several kinds
   * the intervals missed more often than they should.
   */
  static final int ENOUGH_FOR_MEDIAN = 20;

  static final int ENOUGH_FOR_P99 = 500;

  private static final double[] SHARES = {0.5, 0.99};

  /** Which run it is. */
  public record Summary(String benchmark, String model, String npu4j, String began) {}

  /** A single figure in both runs. */
  public record Figure(String device, String name, double before, double after) {}

  /** Takes copies of the lists. */
  public Comparison {
    caveats = List.copyOf(caveats);
    notCompared = List.copyOf(notCompared);
    differences = List.copyOf(differences);
    figures = List.copyOf(figures);
  }

  /** Returns how many differences are more than noise. */
  public long beyondNoise() {
    return differences.stream()
        .filter(difference -> difference.ratio() != null && difference.ratio().exceedsNoise())
        .count();
  }

  /**
   * Compares two runs.
   *
   * @throws BadInputException if they are not of the same benchmark
   */
  public static Comparison of(BenchmarkRecord before, BenchmarkRecord after) {
    if (!before.benchmark().equals(after.benchmark())) {
      throw new BadInputException(
          "can't compare the two runs",
          "one is of bench " + before.benchmark() + ", the other of bench " + after.benchmark(),
          "Give two runs of the same benchmark.");
    }
    List<String> notCompared = new ArrayList<>();
    List<Difference> differences = new ArrayList<>();
    List<Figure> figures = new ArrayList<>();
    List<String> caveats = caveats(before, after);
    for (DeviceResult later : after.devices()) {
      Optional<DeviceResult> earlier = measured(before, later.device());
      if (!later.available() || earlier.isEmpty()) {
        if (later.available()) {
          notCompared.add(later.device() + ": only in the later run");
        }
        continue;
      }
      differ(caveats, later.device() + " ran by", ranBy(earlier.get()), ranBy(later));
      for (Work work : Work.of(later)) {
        Optional<Work> same =
            Work.of(earlier.get()).stream().filter(one -> one.name.equals(work.name)).findFirst();
        if (same.isEmpty()) {
          notCompared.add(later.device() + ", " + work.name + ": only in the later run");
        } else {
          differences.addAll(compare(later.device(), before, same.get(), after, work));
        }
      }
      figures.addAll(figures(earlier.get(), later));
    }
    for (DeviceResult earlier : before.devices()) {
      if (earlier.available() && measured(after, earlier.device()).isEmpty()) {
        notCompared.add(earlier.device() + ": only in the earlier run");
      }
    }
    return new Comparison(
        summary(before), summary(after), caveats, notCompared, differences, figures);
  }

  private static Optional<DeviceResult> measured(BenchmarkRecord run, String device) {
    return run.devices().stream()
        .filter(DeviceResult::available)
        .filter(one -> one.device().equals(device))
        .findFirst();
  }

  /** A series, or a phase that was measured often enough to be compared. */
  private record Work(String name, Series series) {

    static List<Work> of(DeviceResult device) {
      List<Work> all = new ArrayList<>();
      device.series().forEach(series -> all.add(new Work(series.name(), series)));
      for (Stack stack : device.stacks()) {
        for (Series phase : stack.phases()) {
          if (phase.millis().count() > 1 && device.series(phase.name()).isEmpty()) {
            all.add(new Work(stack.name() + ": " + phase.name(), phase));
          }
        }
      }
      return all;
    }
  }

  private static List<Difference> compare(
      String device, BenchmarkRecord before, Work earlier, BenchmarkRecord after, Work later) {
    long[] one = earlier.series.nanos();
    long[] other = later.series.nanos();
    int fewest = Math.min(one.length, other.length);
    List<Ratio> ratios =
        fewest < ENOUGH_FOR_MEDIAN
            ? List.of()
            : Ratio.of(one, round(before, one), other, round(after, other), SHARES);
    Percentiles was = earlier.series.millis();
    Percentiles is = later.series.millis();
    List<Difference> differences = new ArrayList<>();
    differences.add(
        difference(device, later.name, "p50", was.p50(), is.p50(), ratios.stream().findFirst()));
    if (fewest >= ENOUGH_FOR_P99) {
      differences.add(
          difference(
              device, later.name, "p99", was.p99(), is.p99(), ratios.stream().skip(1).findFirst()));
    }
    return differences;
  }

  private static Difference difference(
      String device, String what, String percentile, double was, double is, Optional<Ratio> ratio) {
    return new Difference(
        device,
        what,
        percentile,
        was,
        is,
        ratio.orElse(null),
        ratio.map(Difference.Verdict::of).orElse(Difference.Verdict.TOO_FEW));
  }

  /** Returns how many durations were measured in a round; 1 if that can't be told. */
  private static int round(BenchmarkRecord run, long[] nanos) {
    String rounds = run.settings().getOrDefault(BenchmarkResult.ROUNDS, "");
    if (!rounds.matches("[1-9][0-9]{0,8}") || nanos.length % Integer.parseInt(rounds) != 0) {
      return 1;
    }
    return Math.max(1, nanos.length / Integer.parseInt(rounds));
  }

  private static List<Figure> figures(DeviceResult before, DeviceResult after) {
    List<Figure> figures = new ArrayList<>();
    after
        .figures()
        .forEach((name, value) -> {
          Double earlier = before.figures().get(name);
          if (earlier != null) {
            figures.add(new Figure(after.device(), name, earlier, value));
          }
        });
    return figures;
  }

  private static List<String> caveats(BenchmarkRecord before, BenchmarkRecord after) {
    List<String> caveats = new ArrayList<>();
    HostInfo was = before.machine();
    HostInfo is = after.machine();
    differ(caveats, "system", was.system(), is.system());
    differ(caveats, "processor", was.processor(), is.processor());
    differ(caveats, "processors", was.processors(), is.processors());
    differ(caveats, "memory in MB", was.memoryBytes() >> 20, is.memoryBytes() >> 20);
    differ(caveats, "Java", was.java(), is.java());
    differ(caveats, "npu4j", before.npu4j(), after.npu4j());
    if (!before.model().sha256().equals(after.model().sha256())) {
      caveats.add(
          "the models differ: " + describe(before.model()) + ", then " + describe(after.model()));
    }
    Set<String> names = new LinkedHashSet<>(before.settings().keySet());
    names.addAll(after.settings().keySet());
    names.remove(BenchmarkResult.ROUNDS); // more rounds make the same figures surer
    for (String name : names) {
      differ(caveats, name, setting(before.settings(), name), setting(after.settings(), name));
    }
    return caveats;
  }

  private static String setting(Map<String, String> settings, String name) {
    return settings.getOrDefault(name, "not set");
  }

  private static String describe(MeasuredModel model) {
    String hash = model.sha256();
    return model.name() + " (SHA-256 " + hash.substring(0, Math.min(12, hash.length())) + "…)";
  }

  private static String ranBy(DeviceResult device) {
    return device.engine() + " (" + device.detail() + ")";
  }

  private static void differ(List<String> caveats, String what, Object before, Object after) {
    if (!Objects.equals(before, after)) {
      caveats.add(what + ": " + before + ", then " + after);
    }
  }

  private static Summary summary(BenchmarkRecord run) {
    return new Summary(run.benchmark(), run.model().name(), run.npu4j(), run.began());
  }
}
