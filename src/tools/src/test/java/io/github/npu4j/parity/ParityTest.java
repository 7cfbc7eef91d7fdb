package io.github.npu4j.parity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.engine.feed.Feed;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Quantization;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ParityTest {

  private static final TensorSpec X = new TensorSpec("x", ElementType.FLOAT32, Shape.of(-1, 4));
  private static final TensorSpec Y = new TensorSpec("y", ElementType.FLOAT32, Shape.of(2, 4));
  private static final GraphSpec GRAPH = new GraphSpec("g", List.of(X), List.of(Y));
  private static final Library REFERENCE = new Library(Path.of("libone.so"), "11".repeat(32));
  private static final Library OTHER = new Library(Path.of("libtwo.so"), "22".repeat(32));

  private static Participant elementwise(String label, Library library, UnaryOperator<Float> f) {
    FunctionModel model =
        new FunctionModel(
            GRAPH,
            (inputs, outputs) -> {
              for (int i = 0; i < 8; i++) {
                float value = inputs.get("x").getAtIndex(ValueLayout.JAVA_FLOAT, i);
                outputs.get("y").setAtIndex(ValueLayout.JAVA_FLOAT, i, f.apply(value));
              }
            });
    return new Participant(label, model, "g", List.of(library), Tolerances.HALF_PRECISION);
  }

  private static ParityReport compare(Participant other) {
    Participant reference = elementwise("reference", REFERENCE, x -> 2 * x);
    try (Arena arena = Arena.ofConfined()) {
      Feed feed = Feed.random(GRAPH, Map.of("x", Shape.of(2, 4)), 1, arena);
      return Parity.compare(reference, List.of(other), List.of(feed), List.of());
    }
  }

  @Test
  void aSmallErrorIsWithinTheTolerances() {
    ParityReport report = compare(elementwise("half", OTHER, x -> 2 * x * 1.0005f));
    assertTrue(report.isWithinTolerances(), report.toString());
    assertTrue(report.comparesLibraries());
    ParityReport.Comparison only = report.comparisons().getFirst();
    assertEquals("y", only.output());
    assertEquals(66.0, only.metrics().sqnrDecibels(), 0.1);
  }

  @Test
  void eachLimitThatIsExceededIsSaid() {
    ParityReport report = compare(elementwise("bad", OTHER, x -> 2 * x + 1));
    assertFalse(report.isWithinTolerances());
    List<String> exceeded = report.comparisons().getFirst().exceeded();
    assertEquals(2, exceeded.size(), exceeded.toString());
    assertTrue(exceeded.get(0).startsWith("cosine 0."), exceeded.toString());
    assertTrue(exceeded.get(1).endsWith("dB is below 30.0 dB"), exceeded.toString());
  }

  @Test
  void aNanIsNeverWithinTheTolerances() {
    ParityReport report = compare(elementwise("nan", OTHER, x -> x > 0 ? Float.NaN : 2 * x));
    assertTrue(report.comparisons().getFirst().exceeded().getFirst().contains("NaN"));
  }

  @Test
  void twoAnswersFromOneLibraryAreNotParity() {
    ParityReport report = compare(elementwise("same", REFERENCE, x -> 2 * x));
    assertTrue(report.isWithinTolerances());
    assertFalse(report.comparesLibraries());
    Participant unknown =
        new Participant(
            "?",
            elementwise("?", OTHER, x -> x).model(),
            "g",
            List.of(),
            Tolerances.HALF_PRECISION);
    assertFalse(compare(unknown).comparesLibraries(), "a library that is not known proves nothing");
  }

  @Test
  void anEngineWithAnotherElementTypeGetsTheNearestValues() {
    TensorSpec quantized =
        new TensorSpec(
            "x", ElementType.UINT8, Shape.of(2, 4), new Quantization.PerTensor(0.05f, 128));
    FunctionModel model =
        new FunctionModel(
            new GraphSpec("g", List.of(quantized), List.of(Y)),
            (inputs, outputs) -> {
              for (int i = 0; i < 8; i++) {
                int q = inputs.get("x").get(ValueLayout.JAVA_BYTE, i) & 0xff;
                outputs.get("y").setAtIndex(ValueLayout.JAVA_FLOAT, i, 2 * (q - 128) * 0.05f);
              }
            });
    Participant other =
        new Participant("uint8", model, "g", List.of(OTHER), Tolerances.HALF_PRECISION);
    assertTrue(compare(other).comparisons().getFirst().metrics().maxAbsoluteError() <= 0.0501);
  }

  @Test
  void derivedValuesAreJudgedBesideTheOutputs() {
    Participant reference = elementwise("reference", REFERENCE, x -> 2 * x);
    Derived sum =
        new Derived(
            "sum",
            (inputs, outputs) -> {
              float total = 0;
              for (float value : outputs.get("y").data().toArray(ValueLayout.JAVA_FLOAT)) {
                total += value;
              }
              return new float[] {total, inputs.size()};
            });
    try (Arena arena = Arena.ofConfined()) {
      Feed feed = Feed.random(GRAPH, Map.of("x", Shape.of(2, 4)), 1, arena);
      ParityReport report =
          Parity.compare(reference, List.of(reference), List.of(feed), List.of(sum));
      assertEquals(
          List.of("y", "sum"),
          report.comparisons().stream().map(ParityReport.Comparison::output).toList());
      assertEquals(0, report.comparisons().getLast().metrics().maxAbsoluteError());
    }
  }

  @Test
  void otherOutputsOrMissingInputsAreErrorsInWords() {
    TensorSpec z = new TensorSpec("z", ElementType.FLOAT32, Shape.of(2, 4));
    Participant other =
        new Participant(
            "other",
            new FunctionModel(new GraphSpec("g", List.of(X), List.of(z)), (_, _) -> {}),
            "g",
            List.of(OTHER),
            Tolerances.HALF_PRECISION);
    assertTrue(
        assertThrows(BadInputException.class, () -> compare(other))
            .getMessage()
            .contains("no output named y"));
    Participant reference = elementwise("reference", REFERENCE, x -> x);
    assertTrue(
        assertThrows(
                BadInputException.class,
                () ->
                    Parity.compare(
                        reference, List.of(), List.of(new Feed("f", Map.of())), List.of()))
            .getMessage()
            .contains("takes x: FLOAT32 ?x4"));
  }

  @Test
  void randomFeedsAreWhatATransformerTakesAndTheSameForASeed() {
    GraphSpec bert =
        new GraphSpec(
            "g",
            List.of(
                new TensorSpec("input_ids", ElementType.INT64, Shape.of(1, 6)),
                new TensorSpec("attention_mask", ElementType.INT32, Shape.of(1, 6)),
                new TensorSpec("position_ids", ElementType.INT64, Shape.of(2, 3)),
                new TensorSpec("token_type_ids", ElementType.INT64, Shape.of(1, 6))),
            List.of(Y));
    try (Arena arena = Arena.ofConfined()) {
      Feed feed = Feed.random(bert, Map.of(), 42, arena);
      long[] ids = longs(feed, "input_ids");
      for (long id : ids) {
        assertTrue(id > 0 && id < 1000, "id " + id);
      }
      assertArrayEquals(
          new int[] {1, 1, 1, 1, 1, 1},
          feed.inputs().get("attention_mask").data().toArray(ValueLayout.JAVA_INT));
      assertArrayEquals(new long[] {0, 1, 2, 0, 1, 2}, longs(feed, "position_ids"));
      assertArrayEquals(new long[6], longs(feed, "token_type_ids"));
      assertArrayEquals(ids, longs(Feed.random(bert, Map.of(), 42, arena), "input_ids"));
    }
  }

  private static long[] longs(Feed feed, String input) {
    MemorySegment data = feed.inputs().get(input).data();
    return data.toArray(ValueLayout.JAVA_LONG);
  }
}
