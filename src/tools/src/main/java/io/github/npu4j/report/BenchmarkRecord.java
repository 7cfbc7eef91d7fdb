package io.github.npu4j.report;

import io.github.npu4j.internal.file.AtomicFile;
import io.github.npu4j.measure.BenchmarkResult;
import io.github.npu4j.measure.DeviceResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One benchmark as it is saved: what was measured, with what, and where.
 *
 * <p>The names of the components are those of the saved JSON file.
 *
 * @param format the version of this form; {@link #FORMAT}
 * @param benchmark what was measured: {@code load}, {@code run}, {@code embed} or {@code t5}
 * @param npu4j the version of npu4j
 * @param began when, in ISO 8601
 * @param settings what else decides what the figures mean, by name
 * @param devices in the requested order
 */
public record BenchmarkRecord(
    int format,
    String benchmark,
    String npu4j,
    String began,
    HostInfo machine,
    MeasuredModel model,
    Map<String, String> settings,
    List<DeviceResult> devices) {

  /** The version of the form that this class has. */
  public static final int FORMAT = 1;

  /** Takes copies of the map and the list. */
  public BenchmarkRecord {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    devices = List.copyOf(devices);
  }

  /**
   * Returns the record of what was measured on this machine, by this Java VM.
   *
   * @param npu4j the version of npu4j
   * @param began when the benchmark began
   * @param model what was measured
   */
  public static BenchmarkRecord of(
      String npu4j, Instant began, MeasuredModel model, BenchmarkResult result) {
    return new BenchmarkRecord(
        FORMAT,
        result.benchmark(),
        npu4j,
        began.truncatedTo(ChronoUnit.SECONDS).toString(),
        HostInfo.here(),
        model,
        result.settings(),
        result.devices());
  }

  /**
   * Reads a record that was saved as JSON, alone or with its comparison with an earlier one.
   *
   * @throws io.github.npu4j.error.BadInputException if there is no such file
   * @throws io.github.npu4j.error.BadModelException if it is no record of a benchmark, or one of a
   *     newer npu4j
   */
  public static BenchmarkRecord read(Path file) {
    return SavedRecord.read(file);
  }

  /**
   * Saves the record as JSON, whole or not at all.
   *
   * @throws IOException if it can't be written
   */
  public void write(Path file) throws IOException {
    AtomicFile.write(file, (Json.line(this) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Returns a setting.
   *
   * @throws IllegalArgumentException if the record has none of that name
   */
  public String setting(String name) {
    String value = settings.get(name);
    if (value == null) {
      throw new IllegalArgumentException("a run of " + benchmark + " has no setting " + name);
    }
    return value;
  }
}
