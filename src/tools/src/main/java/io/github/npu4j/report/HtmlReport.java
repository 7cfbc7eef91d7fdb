package io.github.npu4j.report;

import io.github.npu4j.measure.DeviceResult;
import io.github.npu4j.measure.Percentiles;
import io.github.npu4j.measure.Series;
import io.github.npu4j.measure.Stack;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A run of a benchmark as one page of HTML that needs nothing else: no network, no script, its
 * plots and styles inside. It follows the reader's choice of light or dark, and each plot has its
 * figures in a table beside it.
 */
public final class HtmlReport {

  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

  /** Of fewer, there is no one in a hundred. */
  private static final int HUNDRED = 100;

  private HtmlReport() {}

  /**
   * Returns a page.
   *
   * @param run what to show
   * @param comparison what is different from an earlier run, or {@code null} for no comparison
   */
  public static String of(BenchmarkRecord run, @Nullable Comparison comparison) {
    List<DeviceResult> measured = run.devices().stream().filter(DeviceResult::available).toList();
    StringBuilder page = new StringBuilder();
    String title = "npu4j bench " + run.benchmark() + ": " + run.model().name();
    page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta http-equiv=\"Content-Security-Policy\" content=\"")
        .append(POLICY)
        .append("\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<meta name=\"color-scheme\" content=\"light dark\">\n")
        .append("<link rel=\"icon\" href=\"data:,\">\n<title>")
        .append(Html.escape(title))
        .append("</title>\n<style>\n")
        .append(ReportStyle.SHEET)
        .append("</style>\n</head>\n<body>\n<main>\n");
    head(page, run, measured);
    if (!measured.isEmpty()) {
      section(page, "Latency", Plots.distribution(measured), latencies(measured));
      section(page, "Devices", Plots.devices(measured), devices(run.devices()));
      List<String> phases = phaseNames(measured);
      section(page, "Load phases", Plots.phases(measured, phases), phases(measured, phases));
      List<Integer> batches = batches(measured);
      if (batches.size() > 1) {
        section(page, "Throughput", Plots.throughput(measured, batches), rates(measured, batches));
      }
    }
    if (measured.isEmpty()) {
      page.append("<section><h2>Devices</h2>\n")
          .append(devices(run.devices()))
          .append("</section>\n");
    }
    if (comparison != null) {
      differences(page, comparison);
    }
    circumstances(page, run);
    return page.append("</main>\n</body>\n</html>\n").toString();
  }

  private static void head(StringBuilder page, BenchmarkRecord run, List<DeviceResult> measured) {
    page.append("<header><h1>bench ")
        .append(Html.escape(run.benchmark()))
        .append(": ")
        .append(Html.foreign(run.model().name()))
        .append("</h1>\n<p class=\"muted\">")
        .append(Html.foreign(run.machine().processor()))
        .append(", ")
        .append(Html.escape(run.began()))
        .append("</p>\n");
    for (DeviceResult device : measured) {
      Percentiles millis = device.main().millis();
      page.append("<p class=\"lead\"><span class=\"swatch ")
          .append(Plots.colour(device))
          .append("\"></span>")
          .append(Html.foreign(device.device()))
          .append(", ")
          .append(Html.foreign(device.main().name()))
          .append(": <strong>")
          .append(Html.number(millis.p50()))
          .append(" ms</strong> by median, ")
          .append(tail(millis));
      if (!device.note().isEmpty()) {
        page.append(" <em>").append(Html.foreign(device.note())).append("</em>");
      }
      page.append("</p>\n");
    }
    page.append("</header>\n");
  }

  private static String tail(Percentiles millis) {
    return millis.count() < HUNDRED
        ? "at most " + Html.number(millis.max()) + " ms."
        : "and for one in a hundred " + Html.number(millis.p99()) + " ms or more.";
  }

  private static void section(StringBuilder page, String heading, String plot, String table) {
    page.append("<section><h2>")
        .append(heading)
        .append("</h2>\n<div class=\"pair\"><figure>")
        .append(plot)
        .append("</figure>\n")
        .append(table)
        .append("</div></section>\n");
  }

  private static String latencies(List<DeviceResult> measured) {
    Table table =
        new Table(
            "Durations in milliseconds",
            List.of("", "times", "least", "p50", "p90", "p99", "p99.9", "most"));
    for (DeviceResult device : measured) {
      for (Series series : device.series()) {
        Percentiles millis = series.millis();
        List<String> cells = new ArrayList<>(List.of(Long.toString(millis.count())));
        Stream.of(
                millis.min(), millis.p50(), millis.p90(), millis.p99(), millis.p999(), millis.max())
            .map(Html::number)
            .forEach(cells::add);
        table.row(swatch(device) + Html.foreign(series.name()), cells);
      }
    }
    return table.finish();
  }

  private static String devices(List<DeviceResult> all) {
    Set<String> names = new LinkedHashSet<>();
    all.forEach(device -> names.addAll(device.figures().keySet()));
    List<String> head = new ArrayList<>(List.of(""));
    all.forEach(device -> head.add(Html.foreign(device.device())));
    Table table = new Table("The devices' figures", head);
    table.row("engine", cells(all, device -> Html.foreign(device.engine())));
    table.row("median, ms", cells(all, device -> Html.number(device.main().millis().p50())));
    table.row("p99, ms", cells(all, device -> Html.number(device.main().millis().p99())));
    for (String name : names) {
      table.row(Html.foreign(Html.words(name)), cells(all, device -> figure(device, name)));
    }
    StringBuilder reasons = new StringBuilder();
    for (DeviceResult device : all) {
      reasons
          .append("<p class=\"muted\">")
          .append(Html.foreign(device.device()))
          .append(device.available() ? ": " : " took no part: ")
          .append(Html.foreign(device.available() ? device.detail() : device.reason()))
          .append("</p>\n");
    }
    return "<div>" + table.finish() + reasons + "</div>";
  }

  /** Makes a cell of a device that took part. */
  private interface Cell {
    String of(DeviceResult device);
  }

  private static List<String> cells(List<DeviceResult> devices, Cell cell) {
    return devices.stream().map(device -> device.available() ? cell.of(device) : "–").toList();
  }

  private static String figure(DeviceResult device, String name) {
    Double value = device.figures().get(name);
    if (value == null) {
      return "–";
    }
    // A cosine of 0.999964 is not 1.
    return value > 0.99 && value < 1
        ? String.format(java.util.Locale.ROOT, "%.6f", value)
        : Html.number(value);
  }

  private static List<String> phaseNames(List<DeviceResult> measured) {
    Set<String> names = new LinkedHashSet<>();
    for (DeviceResult device : measured) {
      device.stacks().forEach(stack -> stack.phases().forEach(phase -> names.add(phase.name())));
    }
    return List.copyOf(names);
  }

  private static String phases(List<DeviceResult> measured, List<String> names) {
    List<String> head = new ArrayList<>(List.of(""));
    for (DeviceResult device : measured) {
      device
          .stacks()
          .forEach(
              stack -> head.add(Html.foreign(device.device()) + ", " + Html.foreign(stack.name())));
    }
    Table table = new Table("Phases in milliseconds", head);
    for (String name : names) {
      List<String> cells = new ArrayList<>();
      for (DeviceResult device : measured) {
        for (Stack stack : device.stacks()) {
          cells.add(
              stack.phases().stream()
                  .filter(phase -> phase.name().equals(name))
                  .map(phase -> Html.number(phase.millis().p50()))
                  .findFirst()
                  .orElse("–"));
        }
      }
      String swatch = "<span class=\"swatch " + Plots.colour(names, name) + "\"></span>";
      table.row(swatch + Html.foreign(name), cells);
    }
    return table.finish();
  }

  private static List<Integer> batches(List<DeviceResult> measured) {
    Set<Integer> sizes = new TreeSet<>();
    measured.forEach(device -> device.series().forEach(series -> sizes.add(series.items())));
    return List.copyOf(sizes);
  }

  private static String rates(List<DeviceResult> measured, List<Integer> batches) {
    List<String> head = new ArrayList<>(List.of("given at once"));
    measured.forEach(device -> head.add(Html.foreign(device.device())));
    Table table = new Table("How many a second", head);
    for (int batch : batches) {
      table.row(
          Integer.toString(batch),
          measured.stream()
              .map(device ->
                  device.series().stream()
                      .filter(series -> series.items() == batch)
                      .map(series -> Html.number(series.perSecond()))
                      .findFirst()
                      .orElse("–"))
              .toList());
    }
    return table.finish();
  }

  private static void differences(StringBuilder page, Comparison comparison) {
    List<Difference> judged =
        comparison.differences().stream().filter(one -> one.ratio() != null).toList();
    Table table =
        new Table(
            "Before and after, in milliseconds",
            List.of("", "before", "after", "ratio", "interval", ""));
    for (Difference difference : comparison.differences()) {
      Ratio ratio = difference.ratio();
      table.row(
          Html.foreign(difference.device())
              + ", "
              + Html.foreign(difference.what())
              + ", "
              + Html.escape(difference.percentile()),
          List.of(
              Html.number(difference.before()),
              Html.number(difference.after()),
              ratio == null ? "–" : Html.number(ratio.value()),
              ratio == null ? "–" : Html.number(ratio.low()) + " to " + Html.number(ratio.high()),
              difference.verdict().toString()));
    }
    section(
        page,
        "Compared with the earlier run",
        judged.isEmpty() ? "" : Plots.differences(judged),
        table.finish());
    page.append("<p>Earlier: ")
        .append(Html.foreign(comparison.before().model()))
        .append(", ")
        .append(Html.foreign(comparison.before().began()))
        .append(". ")
        .append(comparison.beyondNoise())
        .append(" of ")
        .append(judged.size())
        .append(" differences exceed the noise within the runs.</p>\n");
    List<String> notes = new ArrayList<>(comparison.caveats());
    notes.addAll(comparison.notCompared());
    if (!notes.isEmpty()) {
      page.append("<ul>");
      notes.forEach(note -> page.append("<li>").append(Html.foreign(note)).append("</li>"));
      page.append("</ul>\n");
    }
  }

  private static void circumstances(StringBuilder page, BenchmarkRecord run) {
    HostInfo machine = run.machine();
    page.append("<section><h2>Circumstances</h2>\n<dl>");
    fact(page, "model", run.model().name());
    fact(page, "its SHA-256", run.model().sha256());
    fact(page, "its size in bytes", Long.toString(run.model().bytes()));
    for (Map.Entry<String, String> setting : run.settings().entrySet()) {
      fact(page, Html.words(setting.getKey()), setting.getValue());
    }
    fact(page, "npu4j", run.npu4j());
    fact(page, "Java", machine.java());
    fact(page, "system", machine.system());
    fact(page, "processor", machine.processor() + ", " + machine.processors() + " for Java");
    fact(page, "memory", (machine.memoryBytes() >> 20) + " MB");
    page.append("</dl></section>\n");
  }

  private static void fact(StringBuilder page, String name, String value) {
    page.append("<dt>")
        .append(Html.foreign(name))
        .append("</dt><dd>")
        .append(Html.foreign(value))
        .append("</dd>\n");
  }

  private static String swatch(DeviceResult device) {
    return "<span class=\"swatch "
        + Plots.colour(device)
        + "\"></span>"
        + Html.foreign(device.device())
        + ", ";
  }
}
