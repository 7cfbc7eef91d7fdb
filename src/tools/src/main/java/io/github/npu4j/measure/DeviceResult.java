package io.github.npu4j.measure;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was measured on one device.
 *
 * @param device its name
 * @param available whether it took part
 * @param reason why it took no part; empty if it did
 * @param note what to know about the figures; may be empty
 * @param engine what ran the model there
 * @param detail libraries and options, for people
 * @param figures single figures by name, such as {@code bytesPerText}; the name tells the unit
 * @param stacks the phases of loading and of first use
 * @param series the durations, the one that the benchmark is about first
 */
public record DeviceResult(
    String device,
    boolean available,
    String reason,
    String note,
    String engine,
    String detail,
    Map<String, Double> figures,
    List<Stack> stacks,
    List<Series> series) {

  /** Takes copies of the map and the lists. */
  public DeviceResult {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    stacks = List.copyOf(stacks);
    series = List.copyOf(series);
    if (available && series.isEmpty()) {
      throw new IllegalArgumentException(device + " took part and nothing was measured");
    }
  }

  /** Returns the result of a device that took no part, for a reason. */
  public static DeviceResult absent(String device, String reason) {
    return new DeviceResult(device, false, reason, "", "", "", Map.of(), List.of(), List.of());
  }

  /**
   * Returns the series that the benchmark is about.
   *
   * @throws java.util.NoSuchElementException if the device took no part
   */
  public Series main() {
    return series.getFirst();
  }

  /** Returns a series by its name. */
  public Optional<Series> series(String name) {
    return series.stream().filter(one -> one.name().equals(name)).findFirst();
  }

  /** Returns a stack by its name. */
  public Optional<Stack> stack(String name) {
    return stacks.stream().filter(one -> one.name().equals(name)).findFirst();
  }
}
