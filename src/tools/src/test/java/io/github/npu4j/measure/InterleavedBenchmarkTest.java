package io.github.npu4j.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.error.DeviceUnavailableException;
import io.github.npu4j.runtime.Device;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** What a caller is told of a benchmark, and how it ends one. */
class InterleavedBenchmarkTest {

  private final List<String> heard = new ArrayList<>();
  private final List<Device> closed = new ArrayList<>();

  private final BenchmarkProgress progress =
      new BenchmarkProgress() {
        @Override
        public void opening(Device device) {
          heard.add("opening " + device);
        }

        @Override
        public void leaving(Device device, String reason) {
          heard.add(device + " leaves: " + reason);
        }

        @Override
        public void measured(int done, int planned) {
          heard.add(done + " of " + planned);
        }
      };

  private EmbedMeasurement.Encoder open(Device device) {
    if (device == Device.NPU) {
      throw new DeviceUnavailableException("there is no NPU", "", "");
    }
    return new EmbedMeasurement.Encoder() {
      @Override
      public Placement placement() {
        return new Placement(device, EngineKind.ORT, "made up", List.of());
      }

      @Override
      public float[] embed(String text) {
        if (text.equals("interrupt")) {
          Thread.currentThread().interrupt();
        }
        return new float[] {1};
      }

      @Override
      public List<float[]> embedAll(List<String> texts) {
        return texts.stream().map(_ -> new float[] {1}).toList();
      }

      @Override
      public void close() {
        closed.add(device);
      }
    };
  }

  private BenchmarkResult measure(BenchmarkPlan plan) {
    return EmbedBenchmark.measure(plan, List.of(), this::open, System::nanoTime, progress);
  }

  private static BenchmarkPlan plan(String text, Device... devices) {
    return BenchmarkPlan.of(List.of(devices), List.of(text), 3).withWarmUp(Duration.ZERO);
  }

  @Test
  void progressIsToldOfDevicesAndRounds() {
    BenchmarkResult result = measure(plan("a", Device.CPU, Device.NPU).withRounds(2));
    assertEquals(
        List.of("opening cpu", "opening npu", "npu leaves: there is no NPU", "1 of 2", "2 of 2"),
        heard);
    assertEquals(2, result.rounds());
    assertEquals("0.0", result.settings().get(BenchmarkResult.WARM_UP));
    assertEquals("1", result.settings().get(BenchmarkResult.TEXTS));
  }

  @Test
  void anInterruptedBenchmarkEndsAfterItsRoundAndClosesItsModels() {
    assertThrows(CancellationException.class, () -> measure(plan("interrupt", Device.CPU)));
    assertTrue(Thread.interrupted());
    assertEquals(List.of(Device.CPU), closed);
    assertEquals(List.of("opening cpu", "1 of 3"), heard);
  }

  @Test
  void aPlanWithoutDevicesInputsOrRoundsIsRefused() {
    List<Device> cpu = List.of(Device.CPU);
    for (Runnable plan :
        List.<Runnable>of(
            () -> BenchmarkPlan.of(List.of(), List.of("a"), 1),
            () -> BenchmarkPlan.of(List.of(Device.AUTO), List.of("a"), 1),
            () -> BenchmarkPlan.of(cpu, List.of(), 1),
            () -> BenchmarkPlan.of(cpu, List.of("a"), 0))) {
      assertThrows(IllegalArgumentException.class, plan::run);
    }
  }
}
