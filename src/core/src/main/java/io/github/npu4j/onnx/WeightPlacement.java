package io.github.npu4j.onnx;

/** Where the weights of a model go when it is written. */
public sealed interface WeightPlacement {

  /** Where they are: in the model, or in files that must be beside the new one already. */
  WeightPlacement UNCHANGED = new Unchanged();

  /** Into the model, all of them. */
  WeightPlacement INSIDE = new Inside();

  /** As above: {@link #UNCHANGED}. */
  record Unchanged() implements WeightPlacement {}

  /** As above: {@link #INSIDE}. */
  record Inside() implements WeightPlacement {}

  /**
   * Into a file of their own beside the model, {@code NAME_data}, if they are many; else into the
   * model. Those that are in another file of the folder stay there.
   *
   * @param mostInside the most bytes of weights that still go into the model
   */
  record Beside(long mostInside) implements WeightPlacement {}
}
