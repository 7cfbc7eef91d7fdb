package io.github.npu4j.family.t5;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What keeps a T5 within float16, whose numbers end at 65,504: powers of two that weights are
 * multiplied by, so that the model is the same to the last bit and only its residual streams and
 * hidden layers are smaller.
 *
 * <p>All that is added to a residual stream (the embedding, each {@code .o}, each {@code .wo}) is
 * scaled alike, and the RMS norms that read it undo it by themselves, given an epsilon scaled by
 * the square. A hidden layer is made smaller by the projection that it is linear in, and {@code
 * .wo} makes good for it.
 *
 * <p>Public T5s need it: what runs through the residual streams of t5-base, T5 1.1 and Flan-T5
 * passes the range, and an infinity in one layer makes the whole answer NaN.
 */
final class T5Scaling {

  /** Nothing is scaled. */
  static final T5Scaling NONE = new T5Scaling(1, 1, Map.of(), List.of());

  /** The largest number of float16. */
  private static final float LARGEST = 65_504;

  /**
   * How far below the end of the range the largest value seen has to stay: other texts than those
   * that were tried reach further, and sums pass their result on the way.
   */
  private static final float RESERVE = 8;

  private final float encoder;
  private final float decoder;
  private final Map<String, Float> hidden;
  private final List<String> notices;

  private T5Scaling(float encoder, float decoder, Map<String, Float> hidden, List<String> notices) {
    this.encoder = encoder;
    this.decoder = decoder;
    this.hidden = Map.copyOf(hidden);
    this.notices = List.copyOf(notices);
  }

  /** Returns what keeps a model of these values within the range. */
  static T5Scaling of(T5Range range, T5Config config) {
    List<String> notices = new ArrayList<>();
    float[] residual = new float[T5Stack.values().length];
    for (T5Stack stack : T5Stack.values()) {
      float largest = range.residual(stack);
      float factor = factor(largest);
      residual[stack.ordinal()] = factor;
      if (factor < 1) {
        notices.add(
            "the residual stream of the "
                + stack.name().toLowerCase(Locale.ROOT)
                + " reaches "
                + number(largest)
                + ", too near to float16's end at 65,504: scaled by "
                + fraction(factor)
                + " for HTP, which its norms undo");
      }
    }
    Map<String, Float> hidden = new TreeMap<>();
    range
        .hidden()
        .forEach((block, largest) -> {
          float factor = factor(largest);
          if (factor == 1) {
            return;
          }
          if (isLinear(config)) {
            hidden.put(block, factor);
            notices.add(
                block
                    + " reaches "
                    + number(largest)
                    + " within: scaled by "
                    + fraction(factor)
                    + " for HTP, which its last layer undoes");
          } else if (largest > LARGEST) {
            notices.add(
                block
                    + " reaches "
                    + number(largest)
                    + " within, past float16's end at 65,504, and its activation can't be scaled:"
                    + " expect no right answer from HTP");
          }
        });
    return new T5Scaling(
        residual[T5Stack.ENCODER.ordinal()], residual[T5Stack.DECODER.ordinal()], hidden, notices);
  }

  /**
   * A gate multiplies what is linear; max(x, 0) of a smaller x is as much smaller. The other
   * activations change with their input's size.
   */
  private static boolean isLinear(T5Config config) {
    return config.feedForward().gated() || config.feedForward().activation() == T5Activation.RELU;
  }

  /** Returns what the residual stream of a stack is multiplied by, at most 1. */
  float residual(T5Stack stack) {
    return stack == T5Stack.ENCODER ? encoder : decoder;
  }

  /** Returns what the hidden layer of a feed-forward block is multiplied by, at most 1. */
  float hidden(String block) {
    return hidden.getOrDefault(block, 1f);
  }

  /** Returns what was done and what could not be, as sentences without an end. */
  List<String> notices() {
    return notices;
  }

  private static float factor(float largest) {
    float factor = 1;
    while (largest * factor > LARGEST / RESERVE) {
      factor /= 2;
    }
    return factor;
  }

  private static String number(float value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  private static String fraction(float factor) {
    return "1/" + Math.round(1 / factor);
  }
}
