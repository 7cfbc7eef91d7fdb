package io.github.npu4j.onnx;

/** One dimension of a tensor as an ONNX file declares it. */
public sealed interface Dimension {

  /**
   * A dimension of one size.
   *
   * @param size zero or more
   */
  record Fixed(long size) implements Dimension {
    @Override
    public String toString() {
      return Long.toString(size);
    }
  }

  /**
   * A dimension that has a name; dimensions of the same name have the same size in a run.
   *
   * @param name such as {@code sequence_length}
   */
  record Symbol(String name) implements Dimension {
    @Override
    public String toString() {
      return name;
    }
  }

  /** A dimension of which nothing is said. */
  record Open() implements Dimension {
    @Override
    public String toString() {
      return "?";
    }
  }
}
