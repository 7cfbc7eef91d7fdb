package io.github.npu4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.cli.EmbedRun.Figures;
import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.error.DeviceUnavailableException;
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
    public void close() {}
  }

  private EmbedBench.Result run(DeviceRun.Opener<EmbedRun.Subject> opener, Device... devices) {
    Turns.Plan plan =
        new Turns.Plan("made-up", List.of(devices), List.of("a", "bb"), 100, Duration.ZERO);
    return EmbedBench.run(plan, opener, () -> now);
  }

  @Test
  void figuresAreWhatTheClockSays() {
    Figures figures =
        Objects.requireNonNull(run(Fake::new, Device.CPU).rows().getFirst().figures());
    assertEquals(200, figures.whole().count());
    assertEquals(5, figures.whole().p50(), 0.005);
    assertEquals(5, figures.whole().p90(), 0.005);
    assertEquals(50, figures.whole().p999(), 0.05);
    assertEquals(200 / (198 * 0.005 + 2 * 0.05), figures.textsPerSecond(), 1e-6);
    assertEquals(1, figures.leastCosine(), 1e-12);
  }

  @Test
  void vectorsAreComparedWithTheCpusTextByText() {
    EmbedBench.Result result = run(Fake::new, Device.CPU, Device.NPU);
    double expected = (1 + 2 * 2.5) / Math.sqrt((1 + 4) * (1 + 6.25));
    assertEquals(
        expected, Objects.requireNonNull(result.rows().getLast().figures()).leastCosine(), 1e-6);
  }

  @Test
  void aVectorThatChangesIsSeen() {
    EmbedBench.Result result =
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
    assertEquals(
        1, Objects.requireNonNull(result.rows().getFirst().figures()).leastCosine(), 1e-12);
    assertTrue(Objects.requireNonNull(result.rows().getLast().figures()).leastCosine() < 0.99);
  }

  @Test
  void printsARowForEachDeviceWithFiguresOrTheReason() {
    EmbedBench.Result result =
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
    EmbedBench.print(new PrintStream(bytes, true, StandardCharsets.UTF_8), result);
    List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
    assertTrue(
        lines.get(3).matches("cpu +0\\.0 +5\\.0 +5\\.00 / 5\\.00 / \\S+ / 50\\.\\d+ .* 1\\.000000"),
        lines.get(3));
    assertEquals("npu       not available: there is no NPU", lines.get(4));
    assertEquals("cpu ran by ort (made up)", lines.get(5));
  }
}
