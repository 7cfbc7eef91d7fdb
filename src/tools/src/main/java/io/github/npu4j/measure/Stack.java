package io.github.npu4j.measure;

import java.util.List;

/**
 * Phases of one piece of work that follow one another, such as those of a load.
 *
 * @param name what they are the phases of
 * @param phases in the order they ran; as many durations in each as there were measurements
 */
public record Stack(String name, List<Series> phases) {

  /** Takes a copy of the list. */
  public Stack {
    phases = List.copyOf(phases);
  }

  /** Returns the sum of the phases' medians in milliseconds. */
  public double millis() {
    return phases.stream().mapToDouble(phase -> phase.millis().p50()).sum();
  }
}
