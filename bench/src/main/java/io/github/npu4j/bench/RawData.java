package io.github.npu4j.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads what {@code bench/run} left in a folder: one folder a round, JMH's JSON and JSON lines. */
final class RawData {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RawData() {}

  /** Every series by its key, one element a round, rounds in order of their folder names. */
  static TreeMap<Series.Key, List<Series>> read(Path folder) throws IOException {
    TreeMap<Series.Key, List<Series>> found = new TreeMap<>();
    try (Stream<Path> rounds = Files.list(folder)) {
      for (Path round : rounds.filter(Files::isDirectory).sorted().toList()) {
        for (Series series : merged(readRound(round))) {
          found.computeIfAbsent(series.key(), key -> new ArrayList<>()).add(series);
        }
      }
    }
    return found;
  }

  /** Processes that measured the same in one round make up one series. */
  private static List<Series> merged(List<Series> round) {
    Map<Series.Key, Series> merged = new LinkedHashMap<>();
    round.forEach(series -> merged.merge(series.key(), series, Series::with));
    return List.copyOf(merged.values());
  }

  private static List<Series> readRound(Path round) throws IOException {
    List<Series> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(round)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(".jmh.json")) {
          JSON.readTree(file.toFile()).forEach(result -> addJmh(result, all));
        } else if (name.endsWith(".jsonl")) {
          for (String line : Files.readAllLines(file)) {
            if (line.startsWith("{")) { // the native libraries print a line of their own on stdout
              all.add(seriesOf(JSON.readTree(line)));
            }
          }
        }
      }
    }
    return all;
  }

  private static Series seriesOf(JsonNode line) {
    return new Series(
        line.required("benchmark").asText(),
        line.required("case").asText(),
        line.required("rival").asText(),
        line.required("unit").asText(),
        doubles(line.required("samples")));
  }

  private static void addJmh(JsonNode result, List<Series> all) {
    String[] name = result.required("benchmark").asText().split("\\.");
    String benchmark = name[name.length - 2];
    JsonNode parameters = result.required("params");
    String subject = parameters.required("subject").asText();
    String rival = parameters.required("rival").asText();
    JsonNode time = result.required("primaryMetric");
    all.add(series(benchmark, subject, rival, time));
    JsonNode allocation = result.required("secondaryMetrics").get("gc.alloc.rate.norm");
    if (allocation != null) {
      all.add(series(benchmark, subject, rival, allocation));
    }
  }

  private static Series series(String benchmark, String subject, String rival, JsonNode metric) {
    List<Double> samples = new ArrayList<>();
    for (JsonNode fork : metric.required("rawData")) {
      for (double sample : doubles(fork)) {
        samples.add(sample);
      }
    }
    return new Series(
        benchmark,
        subject,
        rival,
        metric.required("scoreUnit").asText(),
        samples.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asDouble();
    }
    return values;
  }
}
