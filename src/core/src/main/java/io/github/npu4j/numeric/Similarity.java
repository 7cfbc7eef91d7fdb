package io.github.npu4j.numeric;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * How alike two binary32 vectors are.
 *
 * <p>Products are summed in binary64 over four chains, so results do not depend on the vector unit
 * and lose nothing that matters at the lengths embeddings have.
 */
public final class Similarity {

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private Similarity() {}

  /**
   * Returns the cosine of the angle between two vectors, 0 if one of them is zero.
   *
   * @throws IllegalArgumentException if their lengths differ
   */
  public static double cosine(float[] a, float[] b) {
    requireEqual(a.length, b.length);
    return cosine(dot(a, 0, b, 0, a.length), dot(a, 0, a, 0, a.length), dot(b, 0, b, 0, b.length));
  }

  /**
   * Returns the cosine of the angle between two vectors, 0 if one of them is zero.
   *
   * @param a packed binary32, native or not
   * @param b packed binary32, of the same size
   * @throws IllegalArgumentException if their sizes differ
   */
  public static double cosine(MemorySegment a, MemorySegment b) {
    return cosine(dot(a, b), dot(a, a), dot(b, b));
  }

  /**
   * Returns the dot product of two vectors; the cosine, if both have length one.
   *
   * @throws IllegalArgumentException if their lengths differ
   */
  public static double dot(float[] a, float[] b) {
    requireEqual(a.length, b.length);
    return dot(a, 0, b, 0, a.length);
  }

  /**
   * Returns the dot product of two stretches of arrays, such as rows of a matrix of embeddings.
   *
   * @throws IndexOutOfBoundsException if one of them is shorter than offset and length say
   */
  public static double dot(float[] a, int aOffset, float[] b, int bOffset, int length) {
    Objects.checkFromIndexSize(aOffset, length, a.length);
    Objects.checkFromIndexSize(bOffset, length, b.length);
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    int i = 0;
    for (; i < length - 3; i += 4) {
      sum0 += (double) a[aOffset + i] * b[bOffset + i];
      sum1 += (double) a[aOffset + i + 1] * b[bOffset + i + 1];
      sum2 += (double) a[aOffset + i + 2] * b[bOffset + i + 2];
      sum3 += (double) a[aOffset + i + 3] * b[bOffset + i + 3];
    }
    for (; i < length; i++) {
      sum0 += (double) a[aOffset + i] * b[bOffset + i];
    }
    return sum0 + sum1 + (sum2 + sum3);
  }

  /**
   * Returns the dot product of two vectors.
   *
   * @param a packed binary32, native or not
   * @param b packed binary32, of the same size
   * @throws IllegalArgumentException if their sizes differ
   */
  public static double dot(MemorySegment a, MemorySegment b) {
    requireEqual(a.byteSize(), b.byteSize());
    long bytes = a.byteSize() / 4 * 4;
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    long i = 0;
    for (; i < bytes - 12; i += 16) {
      sum0 += (double) a.get(FLOAT, i) * b.get(FLOAT, i);
      sum1 += (double) a.get(FLOAT, i + 4) * b.get(FLOAT, i + 4);
      sum2 += (double) a.get(FLOAT, i + 8) * b.get(FLOAT, i + 8);
      sum3 += (double) a.get(FLOAT, i + 12) * b.get(FLOAT, i + 12);
    }
    for (; i < bytes; i += 4) {
      sum0 += (double) a.get(FLOAT, i) * b.get(FLOAT, i);
    }
    return sum0 + sum1 + (sum2 + sum3);
  }

  private static double cosine(double product, double aSquared, double bSquared) {
    double norms = Math.sqrt(aSquared) * Math.sqrt(bSquared);
    return norms == 0 ? 0 : product / norms;
  }

  private static void requireEqual(long a, long b) {
    if (a != b) {
      throw new IllegalArgumentException("a vector of size " + a + " against one of " + b);
    }
  }
}
