package io.github.npu4j.tokenizer.json;

import org.jspecify.annotations.Nullable;

/**
 * Reads decimal numbers the way Hugging Face's library does: the digits as one whole number,
 * divided or multiplied by a power of ten in {@code double}. That is off by a bit of the last place
 * at times, which decides between two ways to split a text that are equally probable.
 */
final class DecimalReader {

  private static final int LARGEST_POWER = 308;
  private static final double[] POWERS = new double[LARGEST_POWER + 1];

  static {
    for (int i = 0; i <= LARGEST_POWER; i++) {
      POWERS[i] = Double.parseDouble("1e" + i);
    }
  }

  private final byte[] text;
  private final int end;
  private int at;
  private long digits;
  private int exponent;

  private DecimalReader(byte[] text, int start, int end) {
    this.text = text;
    this.at = start;
    this.end = end;
  }

  /** Returns a number, or {@code null} if it is none, or too large. */
  static @Nullable Double read(byte[] text, int start, int end) {
    return new DecimalReader(text, start, end).number();
  }

  private @Nullable Double number() {
    boolean negative = at < end && text[at] == '-';
    at += negative ? 1 : 0;
    int first = at;
    int whole = digits(0);
    if (whole == 0 || whole > 1 && text[first] == '0') {
      return null;
    }
    if (at < end && text[at] == '.') {
      at++;
      if (digits(-1) == 0) {
        return null;
      }
    }
    if (at < end && (text[at] | 0x20) == 'e' && !exponent()) {
      return null;
    }
    if (at < end) {
      return null;
    }
    double value = scaled();
    return Double.isFinite(value) ? (Double) (negative ? -value : value) : null;
  }

  /**
   * Reads digits; what is more than 64 bits hold only counts for the magnitude.
   *
   * @param step what a digit more does to the exponent
   */
  private int digits(int step) {
    int count = 0;
    boolean full = false;
    while (at < end && text[at] >= '0' && text[at] <= '9') {
      int digit = text[at] - '0';
      full = full || overflows(digit);
      if (!full) {
        digits = digits * 10 + digit;
        exponent += step;
      } else if (step == 0) {
        exponent++;
      }
      count++;
      at++;
    }
    return count;
  }

  private boolean overflows(int digit) {
    long most = Long.divideUnsigned(-1L, 10);
    int more = Long.compareUnsigned(digits, most);
    return more > 0 || more == 0 && digit > Long.remainderUnsigned(-1L, 10);
  }

  private boolean exponent() {
    at++;
    boolean negative = at < end && text[at] == '-';
    at += at < end && (text[at] == '-' || text[at] == '+') ? 1 : 0;
    int start = at;
    int value = 0;
    while (at < end && text[at] >= '0' && text[at] <= '9') {
      value = Math.min(value * 10 + text[at++] - '0', 1 << 20);
    }
    exponent += negative ? -value : value;
    return at > start;
  }

  private double scaled() {
    double value = digits >= 0 ? digits : (digits >>> 1 | digits & 1) * 2.0;
    while (value != 0 && exponent < -LARGEST_POWER) {
      value /= POWERS[LARGEST_POWER];
      exponent += LARGEST_POWER;
    }
    if (value == 0) {
      return 0;
    }
    return exponent > LARGEST_POWER
        ? Double.POSITIVE_INFINITY
        : exponent >= 0 ? value * POWERS[exponent] : value / POWERS[-exponent];
  }
}
