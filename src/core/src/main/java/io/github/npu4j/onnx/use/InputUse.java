package io.github.npu4j.onnx.use;

/**
 * What the elements of an input have to be, so that a graph can be executed and its answers mean
 * something.
 */
public sealed interface InputUse {

  /** They index a table. */
  record Index(ValueRange range) implements InputUse {}

  /** They are 1 for what counts and 0 for what does not. */
  record Mask() implements InputUse {}

  /** Nothing is known of them. */
  record Free() implements InputUse {}
}
