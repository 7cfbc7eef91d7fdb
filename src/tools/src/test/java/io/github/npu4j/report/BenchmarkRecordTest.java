package io.github.npu4j.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.measure.BenchmarkResult;
import io.github.npu4j.measure.DeviceResult;
import io.github.npu4j.measure.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records that a program makes, saves and reads, without the command. */
class BenchmarkRecordTest {

  @TempDir Path folder;

  @Test
  void aRecordIsSavedWithTheNamesThatFilesHaveAlwaysHad() throws IOException {
    DeviceResult cpu =
        new DeviceResult(
            "cpu",
            true,
            "",
            "",
            "ort",
            "made up",
            Map.of("textsPerSecond", 0.1),
            List.of(),
            List.of(Series.of("text", 1, 1L, 2L)));
    BenchmarkRecord record =
        BenchmarkRecord.of(
            "0.1",
            Instant.parse("2026-01-02T03:04:05.678Z"),
            new MeasuredModel("made-up", 1000, "ab"),
            new BenchmarkResult("embed", Map.of(BenchmarkResult.ROUNDS, "1"), List.of(cpu)));
    Path file = folder.resolve("record.json");
    record.write(file);
    assertEquals(Json.line(record), Json.line(BenchmarkRecord.read(file)));
    String text = Files.readString(file);
    assertTrue(
        text.startsWith(
            "{\"format\":1,\"benchmark\":\"embed\",\"npu4j\":\"0.1\","
                + "\"began\":\"2026-01-02T03:04:05Z\",\"machine\":{\"system\":"),
        text);
    assertTrue(
        text.contains(
            "\"model\":{\"name\":\"made-up\",\"bytes\":1000,\"sha256\":\"ab\"},"
                + "\"settings\":{\"rounds\":\"1\"},\"devices\":[{\"device\":\"cpu\","
                + "\"available\":true,\"reason\":\"\",\"note\":\"\",\"engine\":\"ort\","
                + "\"detail\":\"made up\",\"figures\":{\"textsPerSecond\":0.1},\"stacks\":[],"
                + "\"series\":[{\"name\":\"text\",\"items\":1,\"millis\":{\"count\":2,"),
        text);
  }
}
