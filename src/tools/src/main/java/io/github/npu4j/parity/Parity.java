package io.github.npu4j.parity;

import io.github.npu4j.engine.Binding;
import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.engine.feed.Feed;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.numeric.Convert;
import io.github.npu4j.numeric.ErrorMetrics;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.OffHeap;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Runs the same inputs through several engines and compares every output with the reference's.
 *
 * <p>Inputs and outputs are matched by name. Where an engine's tensor has another element type or
 * quantization than the feed (a context binary with 16-bit inputs, say), it gets the nearest values
 * of its own type.
 */
final class Parity {

  private Parity() {}

  /**
   * Compares.
   *
   * @param reference whose answers count as right
   * @param others the participants to judge
   * @param feeds the inputs
   * @param derived values to judge beside the outputs
   * @return how far each output of each participant is from the reference's
   * @throws BadInputException if a participant has other inputs or outputs than the reference
   */
  public static ParityReport compare(
      Participant reference, List<Participant> others, List<Feed> feeds, List<Derived> derived) {
    List<ParityReport.Comparison> comparisons = new ArrayList<>();
    try (Arena arena = Arena.ofShared()) {
      for (Feed feed : feeds) {
        Map<String, Feed.Value> expected = run(reference, feed, derived, arena);
        for (Participant other : others) {
          Map<String, Feed.Value> actual = run(other, feed, derived, arena);
          expected.forEach(
              (output, value) -> comparisons.add(judge(feed, other, output, value, actual)));
        }
      }
    }
    return new ParityReport(
        who(reference, reference),
        others.stream().map(other -> who(other, reference)).toList(),
        comparisons);
  }

  private static ParityReport.Who who(Participant participant, Participant reference) {
    return new ParityReport.Who(
        participant.label(),
        participant.model().placement().toString(),
        participant.libraries(),
        participant.isIndependentOf(reference),
        participant.tolerances().toString());
  }

  private static ParityReport.Comparison judge(
      Feed feed,
      Participant participant,
      String output,
      Feed.Value expected,
      Map<String, Feed.Value> answers) {
    Feed.Value actual = answers.get(output);
    if (actual == null) {
      throw new BadInputException(
          participant.label() + " can't be compared with the reference",
          "it has no output named " + output + "; its outputs are " + answers.keySet(),
          "");
    }
    if (actual.spec().shape().elements() != expected.spec().shape().elements()) {
      throw new BadInputException(
          participant.label() + " can't be compared with the reference",
          "output " + actual.spec() + " has another size than " + expected.spec(),
          "");
    }
    ErrorMetrics metrics =
        ErrorMetrics.compare(expected.data(), expected.spec(), actual.data(), actual.spec());
    return new ParityReport.Comparison(
        feed.name(),
        participant.label(),
        output,
        metrics,
        participant.tolerances().exceededBy(metrics));
  }

  /** Runs a feed and returns copies of the outputs, then the derived values. */
  private static Map<String, Feed.Value> run(
      Participant participant, Feed feed, List<Derived> derived, Arena arena) {
    GraphSpec graph = participant.model().graph(participant.graph());
    try (Binding binding =
        participant.model().bind(participant.graph(), shapes(participant, graph, feed))) {
      for (TensorSpec input : graph.inputs()) {
        write(
            Objects.requireNonNull(feed.inputs().get(input.name()), input.name()),
            binding,
            input.name());
      }
      binding.run();
      Map<String, Feed.Value> outputs = new LinkedHashMap<>();
      for (TensorSpec output : graph.outputs()) {
        TensorSpec spec = binding.outputSpec(output.name());
        MemorySegment copy = OffHeap.allocate(arena, spec);
        copy.copyFrom(binding.output(output.name()));
        outputs.put(output.name(), new Feed.Value(spec, copy));
      }
      Map<String, Feed.Value> all = new LinkedHashMap<>(outputs);
      for (Derived value : derived) {
        all.put(value.name(), floats(value, feed, outputs, arena));
      }
      return all;
    }
  }

  private static Feed.Value floats(
      Derived derived, Feed feed, Map<String, Feed.Value> outputs, Arena arena) {
    float[] values = derived.computation().compute(feed.inputs(), outputs);
    TensorSpec spec = new TensorSpec(derived.name(), ElementType.FLOAT32, Shape.of(values.length));
    return new Feed.Value(spec, arena.allocateFrom(ValueLayout.JAVA_FLOAT, values));
  }

  private static Map<String, Shape> shapes(Participant participant, GraphSpec graph, Feed feed) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (TensorSpec input : graph.inputs()) {
      Feed.Value value = feed.inputs().get(input.name());
      if (value == null) {
        throw new BadInputException(
            "the inputs do not fit " + participant.label(),
            "graph "
                + graph.name()
                + " takes "
                + input
                + ", and there is only "
                + feed.inputs().keySet(),
            "Give a tensor for each input.");
      }
      if (!input.shape().isStatic()) {
        shapes.put(input.name(), value.spec().shape());
      }
    }
    return shapes;
  }

  private static void write(Feed.Value value, Binding binding, String input) {
    TensorSpec wanted = binding.inputSpec(input);
    MemorySegment target = binding.input(input);
    if (wanted.shape().elements() != value.spec().shape().elements()) {
      throw new BadInputException(
          "input " + input + " does not fit",
          "the graph takes " + wanted + " and the value is " + value.spec(),
          "");
    }
    if (wanted.type() == value.spec().type()
        && Objects.equals(wanted.quantization(), value.spec().quantization())) {
      target.copyFrom(value.data());
      return;
    }
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment floats = scratch.allocate(ValueLayout.JAVA_FLOAT, wanted.shape().elements());
      Convert.toFloats(value.data(), value.spec(), floats);
      Convert.fromFloats(floats, target, wanted);
    }
  }
}
