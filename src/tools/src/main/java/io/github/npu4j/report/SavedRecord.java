package io.github.npu4j.report;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.internal.file.IoErrors;
import io.github.npu4j.measure.DeviceResult;
import io.github.npu4j.measure.Series;
import io.github.npu4j.measure.Stack;
import io.github.npu4j.store.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads records of benchmarks; a file from elsewhere is bounds-checked like any other. */
final class SavedRecord {

  private static final long LARGEST_FILE = 256L << 20;
  private static final int MOST_DURATIONS = 10_000_000;
  private static final int MOST_PARTS = 64;
  private static final long LONGEST_NANOS = 1L << 53;
  private static final String ADVICE = "Give a file that npu4j bench wrote with --json.";

  private SavedRecord() {}

  /**
   * Reads a record.
   *
   * @throws BadInputException if there is no such file
   * @throws BadModelException if it is no run of a benchmark, or one of a newer npu4j
   */
  static BenchmarkRecord read(Path file) {
    byte[] text;
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw new BadInputException(file + " is too large for a run", "", ADVICE);
      }
      text = Files.readAllBytes(file);
    } catch (IOException unreadable) {
      throw new BadInputException(
          "can't read " + file, IoErrors.reason(unreadable), ADVICE, unreadable);
    }
    JsonObject whole = JsonObject.parse(text, file.toString(), ADVICE);
    return run(whole.has(ComparedRecord.RUN) ? whole.object(ComparedRecord.RUN) : whole);
  }

  private static BenchmarkRecord run(JsonObject json) {
    return new BenchmarkRecord(
        json.integer("format", BenchmarkRecord.FORMAT, BenchmarkRecord.FORMAT),
        json.string("benchmark"),
        json.string("npu4j"),
        json.string("began"),
        machine(json.object("machine")),
        model(json.object("model")),
        strings(json.object("settings")),
        json.objects("devices", MOST_PARTS).stream().map(SavedRecord::device).toList());
  }

  private static HostInfo machine(JsonObject json) {
    return new HostInfo(
        json.string("system"),
        json.string("processor"),
        json.integer("processors", 1, Integer.MAX_VALUE),
        json.integer("memoryBytes", 0, Long.MAX_VALUE),
        json.string("java"));
  }

  private static MeasuredModel model(JsonObject json) {
    return new MeasuredModel(
        json.string("name"), json.integer("bytes", 0, Long.MAX_VALUE), json.string("sha256"));
  }

  private static DeviceResult device(JsonObject json) {
    String device = json.string("device");
    List<Series> series = series(json, "series");
    if (!json.bool("available") || series.isEmpty()) {
      return DeviceResult.absent(device, json.string("reason"));
    }
    Map<String, Double> figures = new LinkedHashMap<>();
    JsonObject numbers = json.object("figures");
    numbers.names().forEach(name -> figures.put(name, numbers.number(name)));
    return new DeviceResult(
        device,
        true,
        "",
        json.string("note"),
        json.string("engine"),
        json.string("detail"),
        figures,
        json.objects("stacks", MOST_PARTS).stream()
            .map(stack -> new Stack(stack.string("name"), series(stack, "phases")))
            .toList(),
        series);
  }

  private static List<Series> series(JsonObject json, String name) {
    return json.objects(name, MOST_PARTS).stream().map(SavedRecord::series).toList();
  }

  private static Series series(JsonObject json) {
    String name = json.string("name");
    long[] nanos = json.integers("nanos", MOST_DURATIONS, 0, LONGEST_NANOS);
    if (nanos.length == 0) {
      throw new BadInputException("the run has no duration of \"" + name + "\"", "", ADVICE);
    }
    return Series.of(name, json.integer("items", 1, Integer.MAX_VALUE), nanos);
  }

  private static Map<String, String> strings(JsonObject json) {
    Map<String, String> strings = new LinkedHashMap<>();
    json.names().forEach(name -> strings.put(name, json.string(name)));
    return strings;
  }
}
