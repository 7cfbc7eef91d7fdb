package io.github.npu4j.onnx.use;

/**
 * Integers from a first to a last one, both included.
 *
 * @param first the least
 * @param last the greatest; not below the first
 */
public record ValueRange(long first, long last) {

  /** Checks the order. */
  public ValueRange {
    if (last < first) {
      throw new IllegalArgumentException("no integer is from " + first + " to " + last);
    }
  }

  /** Returns how many there are. */
  public long count() {
    return last - first + 1;
  }

  /** Returns the nearest integer of the range. */
  public long clamp(long value) {
    return Math.clamp(value, first, last);
  }

  /** Returns what is in both; where they have nothing in common, the least of this one. */
  ValueRange and(ValueRange other) {
    long from = Math.max(first, other.first);
    long to = Math.min(last, other.last);
    return to < from ? new ValueRange(first, first) : new ValueRange(from, to);
  }
}
