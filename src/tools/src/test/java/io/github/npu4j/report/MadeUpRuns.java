package io.github.npu4j.report;

import io.github.npu4j.measure.DeviceResult;
import io.github.npu4j.measure.Series;
import io.github.npu4j.measure.Stack;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Runs of benchmarks with durations that nobody measured. */
final class MadeUpRuns {

  /** Would end the page, run, load something or turn it round, wherever it is not escaped. */
  static final String HOSTILE =
      "</title></style></svg><script>document.title='owned'</script>"
          + "<img src=x onerror=\"document.title='owned'\">'\"&amp;\u202Egnp.\u0000\uD800 "
          + "averyveryverylongnamewithoutaspace".repeat(6);

  private MadeUpRuns() {}

  private static Series series(String name, int items, int count, double millis, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long[] nanos = new long[count];
    for (int i = 0; i < count; i++) {
      double tail = random.nextInt(60) == 0 ? 3 * random.nextDouble() : 0;
      double mix = 1 + 0.1 * (i % 5);
      nanos[i] = (long) (1e6 * millis * mix * (Math.exp(0.05 * random.nextGaussian()) + tail));
    }
    return Series.of(name, items, nanos);
  }

  private static DeviceResult embedder(String device, String engine, double millis, long seed) {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("bytesPerText", 112.0);
    figures.put("textsPerSecond", 1000 / millis);
    figures.put("leastCosine", 0.999964);
    Stack first =
        new Stack(
            "first use",
            List.of(
                series("open", 1, 1, 300 + 10 * (double) seed, seed),
                series("first text", 1, 1, 9 * millis, seed)));
    return new DeviceResult(
        device,
        true,
        "",
        device.equals("emulator") ? "emulator: right answers, not speed" : "",
        engine,
        "ONNX Runtime 1.29.0, a provider",
        figures,
        List.of(first),
        List.of(
            series("text", 1, 1000, millis, seed),
            series("batch of 8", 8, 100, 5 * millis, seed),
            series("batch of 32", 32, 100, 18 * millis, seed)));
  }

  /** An embedding model on several devices. */
  static BenchmarkRecord embed(String model, double factor) {
    return run(
        "embed",
        model,
        List.of(
            embedder("cpu", "ort", 2.1 * factor, 1),
            embedder("gpu", "ort", 1.4, 2),
            embedder("npu", "direct", 0.9 / factor, 3),
            embedder("emulator", "direct", 550, 4)));
  }

  /** An embedding model on the CPU alone. */
  static BenchmarkRecord cpuAlone(String model) {
    return run(
        "embed",
        model,
        List.of(
            embedder("cpu", "ort", 2.1, 1),
            DeviceResult.absent("npu", "there is no NPU here: " + HOSTILE)));
  }

  /** Loads on the CPU and in the emulator. */
  static BenchmarkRecord load(String model) {
    return run(
        "load",
        model,
        List.of(
            loader("cpu", "ort", List.of("start", "provider", "session", "other"), 5),
            loader(
                "emulator",
                "direct",
                List.of("start", "map", "hash", "introspect", "create", "other", "retrieve"),
                6)));
  }

  private static DeviceResult loader(String device, String engine, List<String> names, long seed) {
    List<String> all = new ArrayList<>(names);
    all.addAll(List.of("bind", "first run", "close"));
    List<Series> first = new ArrayList<>();
    List<Series> later = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      double millis = new SplittableRandom(seed + i).nextDouble(0.2, 60);
      first.add(series(all.get(i), 1, 1, 2 * millis, seed));
      later.add(series(all.get(i), 1, 20, millis, seed));
    }
    return new DeviceResult(
        device,
        true,
        "",
        "",
        engine,
        "QNN 2.40.0",
        Map.of("bytesPerLoad", 108_600.0),
        List.of(new Stack("first in this process", first), new Stack("later, median", later)),
        List.of(
            series("load, run, close", 1, 20, 180, seed),
            series("load", 1, 20, 150, seed),
            series("first run", 1, 20, 13, seed),
            series("close", 1, 20, 7, seed)));
  }

  /** A device, phases and settings whose names are hostile too, as a saved file may have them. */
  static BenchmarkRecord hostile() {
    DeviceResult device =
        new DeviceResult(
            HOSTILE,
            true,
            "",
            HOSTILE,
            HOSTILE,
            HOSTILE,
            Map.of(HOSTILE, 1.0),
            List.of(new Stack(HOSTILE, List.of(Series.of(HOSTILE, 1, 5_000_000L)))),
            List.of(Series.of(HOSTILE, 1, 0L, 0L), Series.of(HOSTILE, 7, Long.MAX_VALUE >> 11)));
    return new BenchmarkRecord(
        1,
        HOSTILE,
        HOSTILE,
        HOSTILE,
        new HostInfo(HOSTILE, HOSTILE, 1, 0, HOSTILE),
        new MeasuredModel(HOSTILE, 0, HOSTILE),
        Map.of(HOSTILE, HOSTILE),
        List.of(device, DeviceResult.absent(HOSTILE, HOSTILE)));
  }

  private static BenchmarkRecord run(String benchmark, String model, List<DeviceResult> devices) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("rounds", "100");
    settings.put("warmUpSeconds", "2.0");
    return new BenchmarkRecord(
        BenchmarkRecord.FORMAT,
        benchmark,
        "0.1.0",
        "2026-01-02T03:04:05Z",
        new HostInfo("Linux 6.1 amd64", "A processor @ 2.00GHz", 2, 16L << 30, "25+1 a VM"),
        new MeasuredModel(model, 90_400_000, "0123456789abcdef".repeat(4)),
        settings,
        devices);
  }
}
