package io.github.npu4j.bench;

import java.util.Arrays;

/** Inputs and right answers of the graphs of {@link CallOverhead}. */
final class Expected {
  private Expected() {}

  /** The value at one place of input {@code number}; the C loop fills its inputs the same way. */
  static float input(int number, int index) {
    return (index % 97) * 0.25f + number;
  }

  static float[] inputs(int number, long length) {
    float[] values = new float[Math.toIntExact(length)];
    for (int i = 0; i < values.length; i++) {
      values[i] = input(number, i);
    }
    return values;
  }

  /** The input of an MLP whose layers are {@code width} wide; the C program makes the same. */
  static float[] mlpInput(int width) {
    float[] values = new float[width];
    for (int i = 0; i < width; i++) {
      values[i] = (float) (i % 97 - 48) / 48;
    }
    return values;
  }

  /** Throws if {@code output} is not bit for bit what the graph computes. */
  static void check(String subject, float[] output) {
    float[] right = inputs(0, output.length);
    if (subject.startsWith("add-")) {
      for (int i = 0; i < right.length; i++) {
        right[i] += input(1, i);
      }
    }
    if (!Arrays.equals(right, output)) {
      throw new IllegalStateException(subject + " was answered wrongly; nothing is timed");
    }
  }
}
