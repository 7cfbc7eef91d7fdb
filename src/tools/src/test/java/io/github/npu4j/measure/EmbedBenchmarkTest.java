package io.github.npu4j.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.runtime.Device;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The benchmark with models whose times are made up, by a clock that only they move. */
class EmbedBenchmarkTest {

  private static final long MILLI = 1_000_000;

  private long now;

  /** Takes 5 ms a text, 50 ms for each hundredth; writes into the same array again and again. */
  private class Fake implements EmbedMeasurement.Encoder {
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

  private List<DeviceResult> run(
      DeviceMeasurement.Opener<EmbedMeasurement.Encoder> opener, Device... devices) {
    BenchmarkPlan plan =
        new BenchmarkPlan(
            List.of(devices), List.of("a", "bb"), 100, Duration.ofDays(1), Duration.ZERO);
    return EmbedBenchmark.measure(plan, List.of(8, 3), opener, () -> now, BenchmarkProgress.NONE)
        .devices();
  }

  @Test
  void figuresAreWhatTheClockSays() {
    DeviceResult cpu = run(Fake::new, Device.CPU).getFirst();
    Series text = cpu.main();
    assertEquals(200, text.millis().count());
    assertEquals(5, text.millis().p50());
    assertEquals(5, text.millis().p90());
    assertEquals(50, text.millis().p999());
    assertEquals(200 / (198 * 0.005 + 2 * 0.05), figure(cpu, EmbedBenchmark.RATE), 1e-6);
    assertEquals(text.perSecond(), figure(cpu, EmbedBenchmark.RATE), 1e-6);
    assertEquals(1, figure(cpu, EmbedBenchmark.COSINE), 1e-12);
  }

  @Test
  void batchesAreMeasuredOnceARound() {
    DeviceResult cpu = run(Fake::new, Device.CPU).getFirst();
    Series eight = cpu.series(EmbedBenchmark.batch(8)).orElseThrow();
    assertEquals(8, eight.items());
    assertEquals(100, eight.millis().count());
    assertEquals(26, eight.millis().p50());
    assertEquals(8 / 0.026, eight.perSecond(), 1e-9);
    assertEquals(3 / 0.016, cpu.series(EmbedBenchmark.batch(3)).orElseThrow().perSecond(), 1e-9);
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
    assertEquals(1 / Math.sqrt(5), figure(cpu, EmbedBenchmark.COSINE), 1e-6);
  }

  private static double figure(DeviceResult device, String name) {
    return Objects.requireNonNull(device.figures().get(name));
  }

  @Test
  void vectorsAreComparedWithTheCpusTextByText() {
    List<DeviceResult> result = run(Fake::new, Device.CPU, Device.NPU);
    double expected = (1 + 2 * 2.5) / Math.sqrt((1 + 4) * (1 + 6.25));
    assertEquals(expected, figure(result.getLast(), EmbedBenchmark.COSINE), 1e-6);
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
    assertEquals(1, figure(result.getFirst(), EmbedBenchmark.COSINE), 1e-12);
    assertTrue(figure(result.getLast(), EmbedBenchmark.COSINE) < 0.99);
  }
}
