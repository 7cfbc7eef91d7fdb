package io.github.npu4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.error.DeviceUnavailableException;
import io.github.npu4j.report.DeviceResult;
import io.github.npu4j.report.Series;
import io.github.npu4j.runtime.Device;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The benchmark with models whose times are made up, by a clock that only they move. */
class EmbedBenchTest {

  private static final long MILLI = 1_000_000;

  private long now;

  /** Takes 5 ms a text, 50 ms for each hundredth; writes into the same array again and again. */
  private class Fake implements EmbedRun.Subject {
    private final Device device;
    private final float[] vector = new float[2];
    private int count;

    Fake(Device device) {
      this.device = device;
    }

    @Override
    public Placement placement() {
      return new Placement(device, EngineKind.ORT, "made up", List.of());
    }

    @Override
    public float[] embed(String text) {
      now += (count++ % 100 == 99 ? 50 : 5) * MILLI;
      vector[0] = 1;
      vector[1] = text.length() + (device == Device.NPU && text.equals("bb") ? 0.5f : 0);
      return vector;
    }

    @Override
    public List<float[]> embedAll(List<String> texts) {
      now += (10 + 2L * texts.size()) * MILLI;
      return texts.stream().map(text -> new float[] {1, text.length()}).toList();
    }

    @Override
    public void close() {}
  }

  private List<DeviceResult> run(DeviceRun.Opener<EmbedRun.Subject> opener, Device... devices) {
    Turns.Plan plan =
        new Turns.Plan(
            "made-up",
            List.of(devices),
            List.of("a", "bb"),
            100,
            Duration.ofDays(1),
            Duration.ZERO);
    return EmbedBench.run(plan, List.of(8, 3), opener, () -> now).devices();
  }

  @Test
  void figuresAreWhatTheClockSays() {
    DeviceResult cpu = run(Fake::new, Device.CPU).getFirst();
    Series text = cpu.main();
    assertEquals(200, text.millis().count());
    assertEquals(5, text.millis().p50());
    assertEquals(5, text.millis().p90());
    assertEquals(50, text.millis().p999());
    assertEquals(200 / (198 * 0.005 + 2 * 0.05), figure(cpu, EmbedRun.RATE), 1e-6);
    assertEquals(text.perSecond(), figure(cpu, EmbedRun.RATE), 1e-6);
    assertEquals(1, figure(cpu, EmbedRun.COSINE), 1e-12);
  }

  @Test
  void batchesAreMeasuredOnceARound() {
    DeviceResult cpu = run(Fake::new, Device.CPU).getFirst();
    Series eight = cpu.series(EmbedRun.batch(8)).orElseThrow();
    assertEquals(8, eight.items());
    assertEquals(100, eight.millis().count());
    assertEquals(26, eight.millis().p50());
    assertEquals(8 / 0.026, eight.perSecond(), 1e-9);
    assertEquals(3 / 0.016, cpu.series(EmbedRun.batch(3)).orElseThrow().perSecond(), 1e-9);
  }

  @Test
  void aBatchThatAnswersOtherwiseIsSeen() {
    DeviceResult cpu =
        run(
                device ->
                    new Fake(device) {
                      @Override
                      public List<float[]> embedAll(List<String> texts) {
                        return texts.stream().map(_ -> new float[] {1, 0}).toList();
                      }
                    },
                Device.CPU)
            .getFirst();
    assertEquals(1 / Math.sqrt(5), figure(cpu, EmbedRun.COSINE), 1e-6);
  }

  private static double figure(DeviceResult device, String name) {
    return Objects.requireNonNull(device.figures().get(name));
  }

  @Test
  void vectorsAreComparedWithTheCpusTextByText() {
    List<DeviceResult> result = run(Fake::new, Device.CPU, Device.NPU);
    double expected = (1 + 2 * 2.5) / Math.sqrt((1 + 4) * (1 + 6.25));
    assertEquals(expected, figure(result.getLast(), EmbedRun.COSINE), 1e-6);
  }

  @Test
  void aVectorThatChangesIsSeen() {
    List<DeviceResult> result =
        run(
            device ->
                new Fake(device) {
                  private int calls;

                  @Override
                  public float[] embed(String text) {
                    float[] vector = super.embed(text);
                    vector[0] = device == Device.NPU && ++calls == 50 ? 0 : 1;
                    return vector;
                  }
                },
            Device.CPU,
            Device.NPU);
    assertEquals(1, figure(result.getFirst(), EmbedRun.COSINE), 1e-12);
    assertTrue(figure(result.getLast(), EmbedRun.COSINE) < 0.99);
  }

  @Test
  void printsARowForEachDeviceWithFiguresOrTheReason() {
    List<DeviceResult> result =
        run(
            device -> {
              if (device == Device.NPU) {
                throw new DeviceUnavailableException("there is no NPU", "", "");
              }
              return new Fake(device);
            },
            Device.CPU,
            Device.NPU);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    EmbedBench.print(
        new PrintStream(bytes, true, StandardCharsets.UTF_8), SampleRuns.of("embed", result));
    List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
    assertTrue(
        lines.get(3).matches("cpu +0\\.0 +5\\.0 +5\\.00 / 5\\.00 / \\S+ / 50\\.\\d+ .* 1\\.000000"),
        lines.get(3));
    assertEquals("npu       not available: there is no NPU", lines.get(4));
    assertEquals("cpu ran by ort (made up)", lines.get(5));
    assertEquals("cpu, texts a second: 8 at once 307.7, 3 at once 187.5", lines.get(6));
  }
}
