package io.github.npu4j.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.measure.DeviceResult;
import io.github.npu4j.measure.Series;
import io.github.npu4j.measure.Stack;
import io.github.npu4j.report.Difference.Verdict;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ComparisonTest {

  private static final HostInfo MACHINE = new HostInfo("Linux", "A", 4, 8L << 30, "25");
  private static final MeasuredModel MODEL = new MeasuredModel("m", 10, "ab".repeat(32));

  private static Series series(String name, int count, double factor, long seed) {
    return Series.of(
        name,
        1,
        new SplittableRandom(seed)
            .longs(count, 1_000_000, 1_100_000)
            .map(nanos -> (long) (factor * nanos))
            .toArray());
  }

  private static DeviceResult device(String name, List<Stack> stacks, Series... series) {
    return new DeviceResult(
        name, true, "", "", "ort", "1.29", Map.of("bytes", 5.0), stacks, List.of(series));
  }

  private static BenchmarkRecord run(DeviceResult... devices) {
    return new BenchmarkRecord(
        1, "embed", "0.1", "then", MACHINE, MODEL, Map.of("rounds", "10"), List.of(devices));
  }

  @Test
  void whatIsFasterOrSlowerIsSaidSo() {
    BenchmarkRecord before =
        run(device("cpu", List.of(), series("a", 1000, 1, 1), series("b", 1000, 1, 2)));
    BenchmarkRecord after =
        run(device("cpu", List.of(), series("a", 1000, 1.2, 3), series("b", 1000, 0.8, 4)));
    Comparison comparison = Comparison.of(before, after);
    assertEquals(
        List.of(Verdict.SLOWER, Verdict.SLOWER, Verdict.FASTER, Verdict.FASTER),
        comparison.differences().stream().map(Difference::verdict).toList());
    assertEquals(
        List.of("p50", "p99", "p50", "p99"),
        comparison.differences().stream().map(Difference::percentile).toList());
    assertEquals(4, comparison.beyondNoise());
    assertEquals(List.of(), comparison.caveats());
    assertEquals(List.of(new Comparison.Figure("cpu", "bytes", 5, 5)), comparison.figures());
  }

  @Test
  void aRunAgainstItselfShowsNothing() {
    BenchmarkRecord run =
        run(
            device("cpu", List.of(), series("a", 700, 1, 1), series("b", 20, 1, 2)),
            device("npu", List.of(), series("a", 30, 1, 3)));
    Comparison comparison = Comparison.of(run, run);
    assertEquals(4, comparison.differences().size());
    assertEquals(0, comparison.beyondNoise());
  }

  @Test
  void tooFewDurationsAreNotJudged() {
    BenchmarkRecord before = run(device("cpu", List.of(), series("a", 19, 1, 1)));
    BenchmarkRecord after = run(device("cpu", List.of(), series("a", 1000, 3, 2)));
    Difference only = Comparison.of(before, after).differences().getFirst();
    assertEquals(Verdict.TOO_FEW, only.verdict());
    assertNull(only.ratio());
    assertEquals(1, Comparison.of(before, after).differences().size());
  }

  @Test
  void phasesOfLoadsAreComparedWhereTheyWereRepeated() {
    List<Stack> stacks =
        List.of(
            new Stack("first", List.of(series("map", 1, 1, 1))),
            new Stack("later", List.of(series("map", 25, 1, 2), series("a", 25, 1, 3))));
    BenchmarkRecord run = run(device("cpu", stacks, series("a", 25, 1, 3)));
    assertEquals(
        List.of("a", "later: map"),
        Comparison.of(run, run).differences().stream().map(Difference::what).toList());
  }

  @Test
  void whatElseDiffersIsACaveat() {
    BenchmarkRecord before = run(device("cpu", List.of(), series("a", 20, 1, 1)));
    BenchmarkRecord after =
        new BenchmarkRecord(
            1,
            "embed",
            "0.2",
            "now",
            new HostInfo("Windows", "B", 8, 16L << 30, "26"),
            new MeasuredModel("m", 10, "cd".repeat(32)),
            Map.of("rounds", "20", "texts", "3"),
            List.of(
                new DeviceResult(
                    "cpu",
                    true,
                    "",
                    "",
                    "java",
                    "1.29",
                    Map.of(),
                    List.of(),
                    List.of(series("a", 20, 1, 1)))));
    List<String> caveats = Comparison.of(before, after).caveats();
    assertEquals(
        List.of(
            "system: Linux, then Windows",
            "processor: A, then B",
            "processors: 4, then 8",
            "memory in MB: 8192, then 16384",
            "Java: 25, then 26",
            "npu4j: 0.1, then 0.2",
            "the models differ: m (SHA-256 abababababab…), then m (SHA-256 cdcdcdcdcdcd…)",
            "texts: not set, then 3",
            "cpu ran by: ort (1.29), then java (1.29)"),
        caveats);
  }

  @Test
  void whatOnlyOneRunHasIsNamed() {
    BenchmarkRecord before =
        run(
            device("cpu", List.of(), series("a", 20, 1, 1)),
            device("gpu", List.of(), series("a", 20, 1, 1)));
    BenchmarkRecord after =
        run(
            device("cpu", List.of(), series("a", 20, 1, 1), series("b", 20, 1, 1)),
            DeviceResult.absent("gpu", "gone"),
            device("npu", List.of(), series("a", 20, 1, 1)));
    assertEquals(
        List.of(
            "cpu, b: only in the later run",
            "npu: only in the later run",
            "gpu: only in the earlier run"),
        Comparison.of(before, after).notCompared());
  }

  @Test
  void anotherBenchmarkIsNoComparison() {
    BenchmarkRecord embed = run();
    BenchmarkRecord load =
        new BenchmarkRecord(1, "load", "0.1", "then", MACHINE, MODEL, Map.of(), List.of());
    BadInputException refused =
        assertThrows(BadInputException.class, () -> Comparison.of(embed, load));
    assertTrue(refused.why().contains("bench embed"), refused.why());
  }
}
