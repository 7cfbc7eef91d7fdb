package io.github.npu4j.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.measure.AnswerBenchmark;
import io.github.npu4j.measure.DeviceResult;
import io.github.npu4j.measure.EmbedBenchmark;
import io.github.npu4j.measure.Series;
import io.github.npu4j.measure.Stack;
import io.github.npu4j.report.BenchmarkRecord;
import io.github.npu4j.report.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** What people read of a benchmark. */
class BenchTablesTest {

  private static final long MILLI = 1_000_000;

  private static DeviceResult device(
      String name, String note, Map<String, Double> figures, Stack firstUse, Series... series) {
    return new DeviceResult(
        name, true, "", note, "ort", "made up", figures, List.of(firstUse), List.of(series));
  }

  private static Stack firstUse(long open, long first, String what) {
    return new Stack(
        "first use",
        List.of(Series.of("open", 1, open * MILLI), Series.of("first " + what, 1, first * MILLI)));
  }

  /** Two of two hundred texts take 50 ms, the others 5. */
  private static DeviceResult embedding() {
    long[] nanos = new long[200];
    Arrays.fill(nanos, 5 * MILLI);
    nanos[98] = 50 * MILLI;
    nanos[198] = 50 * MILLI;
    return device(
        "cpu",
        "",
        Map.of(EmbedBenchmark.RATE, 183.5, EmbedBenchmark.COSINE, 1.0),
        firstUse(0, 5, "text"),
        Series.of(EmbedBenchmark.TEXT, 1, nanos),
        Series.of(EmbedBenchmark.batch(8), 8, 26 * MILLI),
        Series.of(EmbedBenchmark.batch(3), 3, 16 * MILLI));
  }

  private static DeviceResult answering(String name, String note) {
    return device(
        name,
        note,
        Map.of(AnswerBenchmark.EQUAL, 2.0),
        firstUse(30, 1, "answer"),
        Series.of(AnswerBenchmark.ANSWER, 1, MILLI),
        Series.of(AnswerBenchmark.PREFILL, 1, MILLI));
  }

  private static String printed(
      String benchmark, BiConsumer<PrintStream, BenchmarkRecord> table, DeviceResult... devices) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    table.accept(
        new PrintStream(bytes, true, StandardCharsets.UTF_8),
        SampleRecords.of(benchmark, List.of(devices)));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aRowForEachDeviceWithFiguresOrTheReason() {
    List<String> lines =
        printed(
                EmbedBenchmark.NAME,
                EmbedBenchTable::print,
                embedding(),
                DeviceResult.absent("npu", "there is no NPU"))
            .lines()
            .toList();
    assertTrue(
        lines.get(3).matches("cpu +0\\.0 +5\\.0 +5\\.00 / 5\\.00 / \\S+ / 50\\.\\d+ .* 1\\.000000"),
        lines.get(3));
    assertEquals("npu       not available: there is no NPU", lines.get(4));
    assertEquals("cpu ran by ort (made up)", lines.get(5));
    assertEquals("cpu, texts a second: 8 at once 307.7, 3 at once 187.5", lines.get(6));
  }

  @Test
  void anAnswerOfOneTokenHasNoTimeOfAToken() {
    String table = printed(AnswerBenchmark.NAME, AnswerBenchTable::print, answering("cpu", ""));
    assertTrue(table.lines().anyMatch(line -> line.matches("cpu .* - .*2/2")), table);
  }

  @Test
  void devicesThatTookNoPartHaveTheirReasons() {
    List<String> lines =
        printed(
                AnswerBenchmark.NAME,
                AnswerBenchTable::print,
                answering("cpu", ""),
                DeviceResult.absent("gpu", "there is no GPU: the slot is empty"),
                DeviceResult.absent("npu", "the NPU went away"))
            .lines()
            .toList();
    assertEquals("gpu       not available: there is no GPU: the slot is empty", lines.get(4));
    assertEquals("npu       not available: the NPU went away", lines.get(5));
  }

  @Test
  void theEmulatorsRowSaysThatItIsNoMeasure() {
    DeviceResult emulator = answering("emulator", "emulator: right answers, not speed");
    String table = printed(AnswerBenchmark.NAME, AnswerBenchTable::print, emulator);
    assertTrue(table.contains("emulator: right answers, not speed"), table);
    assertTrue(
        Json.line(List.of(emulator)).contains("\"note\":\"emulator: right answers, not speed\""));
  }
}
