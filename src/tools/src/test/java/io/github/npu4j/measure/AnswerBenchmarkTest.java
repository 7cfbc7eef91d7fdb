package io.github.npu4j.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.DeviceUnavailableException;
import io.github.npu4j.measure.DeviceMeasurement.Opener;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.seq2seq.generation.Ending;
import io.github.npu4j.seq2seq.generation.Generation;
import io.github.npu4j.seq2seq.generation.Timings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The benchmark with models whose times are made up, by a clock that only they move. */
class AnswerBenchmarkTest {

  private static final long MILLI = 1_000_000;

  private final List<String> calls = new ArrayList<>();
  private final List<Device> closed = new ArrayList<>();
  private long now;

  /** Takes 10 ms for an answer: 4 until the first token and 2 for each of three others. */
  private class Fake implements AnswerMeasurement.Answerer {
    private final Device device;

    Fake(Device device) {
      this.device = device;
    }

    @Override
    public Placement placement() {
      return new Placement(device, EngineKind.ORT, "made up", List.of());
    }

    @Override
    public int longestAnswer() {
      return device == Device.NPU ? 4 : 100;
    }

    @Override
    public Generation answer(String sentence, int most) {
      assertEquals(4, most);
      calls.add(device + " " + sentence);
      now += 10 * MILLI;
      return answered(tokens(sentence), new Timings(4 * MILLI, 6 * MILLI, 3));
    }

    List<Integer> tokens(String sentence) {
      return List.of(sentence.length(), 5, 6, 1);
    }

    @Override
    public void close() {
      closed.add(device);
    }
  }

  private static Generation answered(List<Integer> ids, Timings timings) {
    return new Generation("", ids, Ending.END_TOKEN, 0, 1, false, timings);
  }

  private BenchmarkResult measure(
      Opener<AnswerMeasurement.Answerer> opener, int rounds, long warmUp, Device... devices) {
    BenchmarkPlan plan =
        new BenchmarkPlan(
            List.of(devices),
            List.of("a", "bb"),
            rounds,
            Duration.ofDays(1),
            Duration.ofMillis(warmUp));
    return AnswerBenchmark.measure(
        plan,
        device -> {
          now += 30 * MILLI;
          return opener.open(device);
        },
        () -> now,
        BenchmarkProgress.NONE);
  }

  private static double figure(DeviceResult device, String name) {
    return Objects.requireNonNull(device.figures().get(name));
  }

  private static double p50(DeviceResult device, String series) {
    return device.series(series).orElseThrow().millis().p50();
  }

  @Test
  void figuresAreWhatTheClockSays() {
    BenchmarkResult result = measure(Fake::new, 5, 0, Device.CPU, Device.NPU);
    assertEquals("4", result.settings().get(AnswerBenchmark.LONGEST));
    for (DeviceResult device : result.devices()) {
      assertTrue(device.available());
      assertEquals(30, device.stacks().getFirst().phases().get(0).millis().p50());
      assertEquals(10, device.stacks().getFirst().phases().get(1).millis().p50());
      assertEquals(10, device.main().millis().count());
      assertEquals(10, device.main().millis().p50());
      assertEquals(10, device.main().millis().p99());
      assertEquals(4, p50(device, AnswerBenchmark.PREFILL));
      assertEquals(2, p50(device, AnswerBenchmark.TOKEN));
      assertEquals(4, figure(device, AnswerBenchmark.LENGTH));
      assertEquals(400, figure(device, AnswerBenchmark.RATE), 1e-9);
      assertTrue(figure(device, AnswerBenchmark.BYTES) > 0);
      assertEquals(2, figure(device, AnswerBenchmark.EQUAL));
    }
    assertEquals(List.of(Device.CPU, Device.NPU), closed);
  }

  @Test
  void devicesTakeTurnsTheOtherWayRoundInEachRound() {
    measure(Fake::new, 2, 0, Device.CPU, Device.NPU);
    assertEquals(
        List.of(
            "cpu a", "npu a", "cpu a", "cpu bb", "npu a", "npu bb", "npu a", "npu bb", "cpu a",
            "cpu bb"),
        calls);
  }

  @Test
  void warmsUpForAsLongAsItIsTold() {
    measure(
        device ->
            new Fake(device) {
              @Override
              public int longestAnswer() {
                return 4;
              }
            },
        1,
        35,
        Device.CPU);
    assertEquals(List.of("cpu a", "cpu bb", "cpu a", "cpu bb", "cpu a", "cpu bb"), calls);
  }

  @Test
  void anotherAnswerOrOneThatChangesIsNotTheCpus() {
    Opener<AnswerMeasurement.Answerer> opener =
        device ->
            new Fake(device) {
              private int count;

              @Override
              List<Integer> tokens(String sentence) {
                boolean other =
                    (device == Device.NPU && sentence.equals("bb"))
                        || (device == Device.EMULATOR && count++ == 4);
                return other ? List.of(9) : super.tokens(sentence);
              }
            };
    BenchmarkResult result = measure(opener, 3, 0, Device.CPU, Device.NPU, Device.EMULATOR);
    assertEquals(2, figure(result.devices().get(0), AnswerBenchmark.EQUAL));
    assertEquals(1, figure(result.devices().get(1), AnswerBenchmark.EQUAL));
    assertEquals(1, figure(result.devices().get(2), AnswerBenchmark.EQUAL));
  }

  @Test
  void anAnswerOfOneTokenHasNoTimeOfAToken() {
    Opener<AnswerMeasurement.Answerer> opener =
        device ->
            new Fake(device) {
              @Override
              public Generation answer(String sentence, int most) {
                now += MILLI;
                return answered(List.of(1), new Timings(MILLI, 0, 0));
              }
            };
    BenchmarkResult result = measure(opener, 2, 0, Device.CPU);
    assertTrue(result.devices().getFirst().series(AnswerBenchmark.TOKEN).isEmpty());
  }

  @Test
  void aDeviceThatCannotOpenOrFailsLaterLeavesAReason() {
    Opener<AnswerMeasurement.Answerer> opener =
        device -> {
          if (device == Device.GPU) {
            throw new DeviceUnavailableException(
                "there is no GPU", "the slot is empty", "Buy one.");
          }
          return new Fake(device) {
            @Override
            public Generation answer(String sentence, int most) {
              if (device == Device.NPU && calls.size() > 4) {
                throw new BadInputException("the NPU went away", "", "");
              }
              return super.answer(sentence, most);
            }
          };
        };
    BenchmarkResult result = measure(opener, 3, 0, Device.CPU, Device.GPU, Device.NPU);
    assertTrue(result.devices().get(0).available());
    assertEquals("there is no GPU: the slot is empty", result.devices().get(1).reason());
    assertEquals("the NPU went away", result.devices().get(2).reason());
    assertFalse(result.devices().get(2).available());
    assertEquals(List.of(Device.NPU, Device.CPU), closed);
  }

  @Test
  void noRoundBeginsWhenTimeIsUp() {
    BenchmarkPlan plan =
        new BenchmarkPlan(
            List.of(Device.CPU), List.of("a", "bb"), 1000, Duration.ofMillis(50), Duration.ZERO);
    BenchmarkResult result =
        AnswerBenchmark.measure(
            plan,
            device ->
                new Fake(device) {
                  @Override
                  public int longestAnswer() {
                    return 4;
                  }
                },
            () -> now,
            BenchmarkProgress.NONE);
    assertEquals(3, result.rounds());
    assertEquals(6, result.devices().getFirst().main().millis().count());
  }

  @Test
  void withoutTheCpuThereIsNothing() {
    BadInputException failure = new BadInputException("no", "", "");
    Opener<AnswerMeasurement.Answerer> opener =
        device -> {
          if (device == Device.CPU) {
            throw failure;
          }
          return new Fake(device);
        };
    assertSame(
        failure, assertThrows(BadInputException.class, () -> measure(opener, 1, 0, Device.CPU)));
    assertThrows(
        IllegalArgumentException.class, () -> measure(opener, 1, 0, Device.NPU, Device.CPU));
  }

  @Test
  void theEmulatorsRowSaysThatItIsNoMeasure() {
    Opener<AnswerMeasurement.Answerer> opener =
        device ->
            new Fake(device) {
              @Override
              public int longestAnswer() {
                return 4;
              }
            };
    BenchmarkResult result = measure(opener, 1, 0, Device.CPU, Device.EMULATOR);
    assertEquals("", result.devices().get(0).note());
    assertEquals("emulator: right answers, not speed", result.devices().get(1).note());
  }
}
