package io.github.npu4j.report;

import io.github.npu4j.measure.DeviceResult;
import io.github.npu4j.measure.Percentiles;
import io.github.npu4j.measure.Series;
import io.github.npu4j.measure.Stack;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The plots of a report. */
final class Plots {

  /** The fewest bins of a histogram. */
  private static final int FEWEST_BINS = 12;

  /** The most bins of a histogram. */
  private static final int MOST_BINS = 60;

  /** The height of a histogram, and of what is written above it. */
  private static final double STRIP = 74;

  private static final double HEAD = 34;
  private static final double BAR = 16;
  private static final int LABEL = 40;
  private static final String MILLISECONDS = "milliseconds, logarithmic";

  /** How many colours the style sheet has for phases. */
  static final int PHASES = 12;

  /** The classes of the devices' colours. */
  private static final Map<String, String> COLOURS =
      Map.of("cpu", "cpu", "gpu", "gpu", "npu", "npu", "emulator", "emulator");

  private Plots() {}

  /** Returns the class of a device's colour. */
  static String colour(DeviceResult device) {
    return COLOURS.getOrDefault(device.device(), "cpu");
  }

  /** Returns the class of a phase's colour. */
  static String colour(List<String> phases, String phase) {
    return "phase" + phases.indexOf(phase) % PHASES;
  }

  /** Shows how the durations of each device are distributed, one below the other. */
  static String distribution(List<DeviceResult> devices) {
    LogAxis axis =
        LogAxis.around(least(devices, Percentiles::min), greatest(devices, Percentiles::p999));
    Svg svg = new Svg();
    double height = axis.draw(svg, 20, devices.size() * (HEAD + STRIP), MILLISECONDS);
    int bins = bins(devices);
    double y = 0;
    for (DeviceResult device : devices) {
      y = strip(svg, axis, device, bins, y);
    }
    return svg.finish(
        "distribution",
        height,
        "How long a " + devices.getFirst().main().name() + " takes",
        "A histogram for each device, with lines at the median, the 90th and the 99th percentile: "
            + devices.stream()
                .map(device -> device.device() + " " + range(device.main()))
                .collect(Collectors.joining("; ")));
  }

  /** Of few durations, many bins would be empty or hold one. */
  private static int bins(List<DeviceResult> devices) {
    long most = devices.stream().mapToLong(one -> one.main().millis().count()).max().orElse(1);
    return Math.clamp(Math.round(2 * Math.sqrt((double) most)), FEWEST_BINS, MOST_BINS);
  }

  private static double strip(Svg svg, LogAxis axis, DeviceResult device, int bins, double top) {
    Series series = device.main();
    Percentiles millis = series.millis();
    Histogram histogram = Histogram.of(series.nanos(), axis.from(), axis.to(), bins);
    double base = top + HEAD + STRIP;
    svg.text(
        Svg.LEFT, top + 14, Svg.Anchor.START, "label over", Html.brief(device.device(), LABEL));
    for (int bin = 0; bin < bins; bin++) {
      int count = histogram.counts().get(bin);
      if (count > 0) {
        double height = Math.max(1.5, STRIP * count / histogram.highest());
        double from = axis.at(histogram.edges().get(bin));
        double to = axis.at(histogram.edges().get(bin + 1));
        svg.bar(
            from,
            base - height,
            Math.max(0.8, to - from - 0.6),
            height,
            "fill " + colour(device),
            count
                + " from "
                + Html.number(histogram.edges().get(bin))
                + " to "
                + Html.number(histogram.edges().get(bin + 1))
                + " ms");
      }
    }
    Svg.Labels labels = svg.labels(top + 30);
    for (double percentile : new double[] {millis.p50(), millis.p90(), millis.p99()}) {
      svg.line(axis.at(percentile), top + HEAD, axis.at(percentile), base, "mark");
    }
    labels.before(axis.at(millis.p50()) + 8, "p50 " + Html.number(millis.p50()));
    labels.after(axis.at(millis.p99()) - 8, "p99 " + Html.number(millis.p99()));
    svg.line(Svg.LEFT, base, Svg.RIGHT, base, "axis");
    return base;
  }

  /** Shows the phases of each stack, one after the other in a bar. */
  static String phases(List<DeviceResult> devices, List<String> names) {
    double longest =
        devices.stream()
            .flatMap(device -> device.stacks().stream())
            .mapToDouble(Stack::millis)
            .max()
            .orElse(1);
    Svg svg = new Svg();
    double y = 4;
    for (DeviceResult device : devices) {
      for (Stack stack : device.stacks()) {
        String label = device.device() + ", " + stack.name();
        svg.text(Svg.LEFT, y + 10, Svg.Anchor.START, "label", Html.brief(label, LABEL));
        svg.text(Svg.RIGHT, y + 10, Svg.Anchor.END, "small", Html.number(stack.millis()) + " ms");
        double x = Svg.LEFT;
        for (Series phase : stack.phases()) {
          double width = (Svg.RIGHT - Svg.LEFT) * phase.millis().p50() / Math.max(longest, 1e-9);
          svg.bar(
              x,
              y + 16,
              Math.max(0, width - 0.5),
              BAR,
              "fill " + colour(names, phase.name()),
              phase.name() + " " + Html.number(phase.millis().p50()) + " ms");
          x += width;
        }
        y += 16 + BAR + 12;
      }
    }
    return svg.finish(
        "phases",
        y,
        "What happens until the first answer",
        "A bar for each device, made of its phases; the table beside it has their durations.");
  }

  /** Shows how many items a second each device does, by how many are given at once. */
  static String throughput(List<DeviceResult> devices, List<Integer> batches) {
    double most =
        devices.stream()
            .flatMap(device -> device.series().stream())
            .mapToDouble(Series::perSecond)
            .max()
            .orElse(1);
    Svg svg = new Svg();
    double y = 0;
    for (int batch : batches) {
      svg.text(Svg.LEFT, y + 14, Svg.Anchor.START, "label", batch + " at once");
      y += 20;
      for (DeviceResult device : devices) {
        for (Series series : device.series()) {
          if (series.items() == batch && (batch > 1 || series.equals(device.main()))) {
            double rate = series.perSecond();
            double room = Svg.RIGHT - Svg.LEFT - Svg.width("000000 emulator");
            double width = Math.max(1, room * rate / most);
            String label = Html.number(rate) + " " + Html.brief(device.device(), 8);
            svg.bar(Svg.LEFT, y, width, BAR, "fill " + colour(device), label + ", a second");
            svg.text(Svg.LEFT + width + 5, y + 12, Svg.Anchor.START, "small", label);
            y += BAR + 4;
          }
        }
      }
      y += 8;
    }
    return svg.finish(
        "throughput",
        y,
        "Throughput by batch",
        "A bar for each device and each number of texts that are given at once; longer is faster.");
  }

  /** Shows the median of each device and how far its tail goes. */
  static String devices(List<DeviceResult> devices) {
    LogAxis axis =
        LogAxis.around(least(devices, Percentiles::p50), greatest(devices, Percentiles::p99));
    Svg svg = new Svg();
    double height = axis.draw(svg, 16, 4 + 40.0 * devices.size(), MILLISECONDS);
    double y = 4;
    for (DeviceResult device : devices) {
      Percentiles millis = device.main().millis();
      svg.text(
          Svg.LEFT,
          y + 10,
          Svg.Anchor.START,
          "label over",
          Html.brief(device.device() + " by " + device.engine(), 24));
      svg.text(Svg.RIGHT, y + 10, Svg.Anchor.END, "small over", Html.number(millis.p50()) + " ms");
      double middle = y + 24;
      svg.line(
          axis.at(millis.p50()), middle, axis.at(millis.p99()), middle, "range " + colour(device));
      svg.line(
          axis.at(millis.p90()),
          middle - 5,
          axis.at(millis.p90()),
          middle + 5,
          "range " + colour(device));
      svg.line(
          axis.at(millis.p99()),
          middle - 5,
          axis.at(millis.p99()),
          middle + 5,
          "range " + colour(device));
      svg.dot(axis.at(millis.p50()), middle, "fill " + colour(device), range(device.main()));
      y += 40;
    }
    return svg.finish(
        "devices",
        height,
        "The devices side by side",
        "For each device a dot at the median and a line to the 99th percentile, crossed at the "
            + "90th: "
            + devices.stream()
                .map(device -> device.device() + " " + range(device.main()))
                .collect(Collectors.joining("; ")));
  }

  /** Shows the ratio of each percentile in two runs, with its interval. */
  static String differences(List<Difference> judged) {
    double low = 1 / 1.1;
    double high = 1.1;
    for (Difference difference : judged) {
      Ratio ratio = difference.ratio();
      if (ratio != null) {
        low = Math.min(low, ratio.low());
        high = Math.max(high, ratio.high());
      }
    }
    LogAxis axis = LogAxis.around(Math.max(low, 0.05), Math.min(high, 20));
    Svg svg = new Svg();
    double bottom = 4 + 36.0 * judged.size();
    double height = axis.draw(svg, 4, bottom, "later / earlier: less is faster");
    svg.line(axis.at(1), 2, axis.at(1), bottom, "mark");
    double y = 4;
    for (Difference difference : judged) {
      Ratio ratio = difference.ratio();
      if (ratio != null) {
        String style = ratio.exceedsNoise() ? ratio.value() < 1 ? "faster" : "slower" : "same";
        String label =
            difference.device() + ", " + difference.what() + ", " + difference.percentile();
        svg.text(Svg.LEFT, y + 10, Svg.Anchor.START, "label over", Html.brief(label, LABEL));
        svg.line(axis.at(ratio.low()), y + 22, axis.at(ratio.high()), y + 22, "range " + style);
        svg.dot(
            axis.at(ratio.value()),
            y + 22,
            "fill " + style,
            Html.number(ratio.value()) + ", " + difference.verdict());
        y += 36;
      }
    }
    return svg.finish(
        "differences",
        height,
        "What is different from the earlier run",
        "For each percentile a dot at the ratio and a line over its interval; one that does not "
            + "touch 1 is more than noise.");
  }

  private static double least(
      List<DeviceResult> devices, ToDoubleFunction<Percentiles> percentile) {
    return devices.stream()
        .mapToDouble(device -> percentile.applyAsDouble(device.main().millis()))
        .min()
        .orElse(1);
  }

  private static double greatest(
      List<DeviceResult> devices, ToDoubleFunction<Percentiles> percentile) {
    return devices.stream()
        .mapToDouble(device -> percentile.applyAsDouble(device.main().millis()))
        .max()
        .orElse(1);
  }

  private static String range(Series series) {
    Percentiles millis = series.millis();
    return "median "
        + Html.number(millis.p50())
        + " ms, p90 "
        + Html.number(millis.p90())
        + " ms, p99 "
        + Html.number(millis.p99())
        + " ms";
  }
}
