package io.github.npu4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compares vectors that two programs printed. Arguments: two files, values with blanks between. */
final class SameVectors {
  private SameVectors() {}

  /** Throws unless the two are the same but for rounding. */
  public static void main(String[] arguments) throws IOException {
    float[] one = read(arguments[0]);
    float[] other = read(arguments[1]);
    if (one.length != other.length) {
      throw new IllegalStateException(one.length + " values and " + other.length);
    }
    double cosine = EmbedCorpus.cosine(one, other);
    if (!(cosine >= EmbedCorpus.LEAST_COSINE)) {
      throw new IllegalStateException("cosine " + cosine + "; nothing is timed");
    }
  }

  private static float[] read(String file) throws IOException {
    String[] values = Files.readString(Path.of(file)).strip().split(" ");
    float[] vector = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      vector[i] = Float.parseFloat(values[i]);
    }
    return vector;
  }
}
