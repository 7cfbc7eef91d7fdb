package io.github.npu4j.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One run of a benchmark: what was measured, with what, and where.
 *
 * @param format the version of this form; {@link #FORMAT}
 * @param benchmark what was measured: {@code load}, {@code run}, {@code embed} or {@code t5}
 * @param npu4j the version of npu4j
 * @param began when, in ISO 8601
 * @param settings what else decides what the figures mean, by name
 * @param devices in the order they were asked for
 */
public record BenchRun(
    int format,
    String benchmark,
    String npu4j,
    String began,
    Machine machine,
    MeasuredModel model,
    Map<String, String> settings,
    List<DeviceResult> devices) {

  /** The version of the form that this class has. */
  public static final int FORMAT = 1;

  /** The setting of how many rounds were measured. */
  public static final String ROUNDS = "rounds";

  /** Takes copies of the map and the list. */
  public BenchRun {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    devices = List.copyOf(devices);
  }

  /**
   * Returns a setting.
   *
   * @throws IllegalArgumentException if the run has none of that name
   */
  public String setting(String name) {
    String value = settings.get(name);
    if (value == null) {
      throw new IllegalArgumentException("a run of " + benchmark + " has no setting " + name);
    }
    return value;
  }
}
