package io.github.npu4j.measure;

import io.github.npu4j.store.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a benchmark measured.
 *
 * @param benchmark its name: {@code load}, {@code run}, {@code embed} or {@code t5}
 * @param settings what decides what the figures mean, by name
 * @param devices in the order of the plan
 */
public record BenchmarkResult(
    String benchmark, Map<String, String> settings, List<DeviceResult> devices) {

  /** The setting of how many rounds were measured. */
  public static final String ROUNDS = "rounds";

  /** The setting of how long each device warmed up, in seconds. */
  public static final String WARM_UP = "warmUpSeconds";

  /** The setting of how many texts were given in a round. */
  public static final String TEXTS = "texts";

  /** The setting that tells whether two benchmarks were given the same texts. */
  public static final String TEXTS_HASH = "textsSha256";

  /** Takes copies of the map, whose order is kept, and the list. */
  public BenchmarkResult {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    devices = List.copyOf(devices);
  }

  /** Returns how many rounds were measured; fewer than planned if time was up. */
  public int rounds() {
    return Integer.parseInt(settings.getOrDefault(ROUNDS, "0"));
  }

  /** Returns the settings that every benchmark has. */
  static Map<String, String> settings(BenchmarkPlan plan, int rounds) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(ROUNDS, Integer.toString(rounds));
    settings.put(WARM_UP, String.format(Locale.ROOT, "%.1f", plan.warmUp().toNanos() / 1e9));
    return settings;
  }

  /** Returns the settings of a benchmark whose inputs are texts. */
  static Map<String, String> textSettings(BenchmarkPlan plan, int rounds) {
    Map<String, String> settings = settings(plan, rounds);
    settings.put(TEXTS, Integer.toString(plan.inputs().size()));
    byte[] texts = String.join("\n", plan.inputs()).getBytes(StandardCharsets.UTF_8);
    settings.put(TEXTS_HASH, Digest.sha256(texts));
    return settings;
  }
}
