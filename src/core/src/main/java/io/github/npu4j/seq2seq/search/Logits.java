package io.github.npu4j.seq2seq.search;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;

/** Arithmetic over the scores of a row's next token, where they lie. Nothing here allocates. */
public final class Logits {

  private static final float LOG2_E = 1.442695f;

  /** Below this exponent of two a term of a sum that has a 1 in it is nothing to a float. */
  private static final float LEAST_EXPONENT = -60;

  private Logits() {}

  /** Returns how many tokens have a score. */
  static int count(MemorySegment scores) {
    return (int) (scores.byteSize() / Float.BYTES);
  }

  static float get(MemorySegment scores, int token) {
    return scores.getAtIndex(JAVA_FLOAT, token);
  }

  static void set(MemorySegment scores, int token, float score) {
    scores.setAtIndex(JAVA_FLOAT, token, score);
  }

  /** Gives a token no chance. */
  static void ban(MemorySegment scores, int token) {
    scores.setAtIndex(JAVA_FLOAT, token, Float.NEGATIVE_INFINITY);
  }

  /** Returns the token of the greatest score, the first of several. */
  public static int argmax(MemorySegment scores) {
    int count = count(scores);
    int best = 0;
    float greatest = Float.NEGATIVE_INFINITY;
    for (int token = 0; token < count; token++) {
      float score = scores.getAtIndex(JAVA_FLOAT, token);
      if (score > greatest) {
        greatest = score;
        best = token;
      }
    }
    return best;
  }

  /**
   * Returns the logarithm of the sum of the scores' exponentials.
   *
   * @param greatest the greatest score
   */
  static double logSumExp(MemorySegment scores, float greatest) {
    int count = count(scores);
    int four = count & ~3;
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int token = 0;
    for (; token < four; token += 4) {
      a += exp(scores.getAtIndex(JAVA_FLOAT, token) - greatest);
      b += exp(scores.getAtIndex(JAVA_FLOAT, token + 1) - greatest);
      c += exp(scores.getAtIndex(JAVA_FLOAT, token + 2) - greatest);
      d += exp(scores.getAtIndex(JAVA_FLOAT, token + 3) - greatest);
    }
    for (; token < count; token++) {
      a += exp(scores.getAtIndex(JAVA_FLOAT, token) - greatest);
    }
    return greatest + Math.log(a + b + c + d);
  }

  /**
   * Returns e to the power of a value that is not above 0, to some 1e-6 of it: the power of two by
   * the exponent's bits, the rest by the Taylor series of 2 to the power of f around 0, |f| up to
   * 1/2. Math.exp takes five times as long, which over a vocabulary is felt.
   */
  static float exp(float value) {
    float power = value * LOG2_E;
    if (!(power > LEAST_EXPONENT)) {
      return 0;
    }
    int whole = (int) (power - 0.5f);
    float f = power - whole;
    float series =
        1
            + f
                * (0.6931472f
                    + f
                        * (0.2402265f
                            + f
                                * (0.0555041f
                                    + f * (0.0096181f + f * (0.00133336f + f * 0.00015404f)))));
    return Float.intBitsToFloat(Float.floatToRawIntBits(series) + (whole << 23));
  }
}
