package io.github.npu4j.seq2seq.constraint;

/**
 * The whole numbers from one to another as JSON writes them: no leading zero, no {@code -0}.
 *
 * @param smallest the smallest number
 * @param largest the largest number
 * @param negative whether a minus has been read
 * @param digits how many digits have been read
 * @param value their value
 */
record IntegerRange(long smallest, long largest, boolean negative, int digits, long value)
    implements Expression {

  /** The most digits that are written; ten to this power fits a {@code long}. */
  static final int MOST_DIGITS = 18;

  /** The largest number that is written. */
  static final long LARGEST = 999_999_999_999_999_999L;

  /** Returns the numbers of a range, which has at least one. */
  static IntegerRange of(long smallest, long largest) {
    return new IntegerRange(smallest, largest, false, 0, 0);
  }

  @Override
  public boolean acceptsEmpty() {
    return digits > 0 && value >= least() && value <= most();
  }

  @Override
  public Expression after(int next) {
    if (next == '-') {
      return digits == 0 && !negative && smallest < 0
          ? new IntegerRange(smallest, largest, true, 0, 0)
          : Choice.NOTHING;
    }
    boolean zero = digits > 0 && value == 0;
    if (next < '0' || next > '9' || zero || digits == MOST_DIGITS) {
      return Choice.NOTHING;
    }
    IntegerRange longer =
        new IntegerRange(smallest, largest, negative, digits + 1, value * 10 + next - '0');
    return longer.missingDigits() < MANY ? longer : Choice.NOTHING;
  }

  /** Returns the smallest number without its sign that may come. */
  private long least() {
    return negative ? Math.max(1, -largest) : Math.max(0, smallest);
  }

  private long most() {
    return negative ? -smallest : largest;
  }

  /** Returns how many digits have at least to come after the first, {@link #MANY} if none help. */
  private int missingDigits() {
    if (value == 0) {
      return acceptsEmpty() ? 0 : MANY;
    }
    long from = value;
    long to = value;
    for (int more = 0; digits + more <= MOST_DIGITS; more++) {
      if (from <= most() && to >= least()) {
        return more;
      }
      from *= 10;
      to = to * 10 + 9;
    }
    return MANY;
  }

  @Override
  public int shortest() {
    if (digits > 0) {
      return missingDigits();
    }
    if (negative) {
      return Long.toString(least()).length();
    }
    int withMinus = smallest < 0 ? 1 + Long.toString(Math.max(1, -largest)).length() : MANY;
    return largest < 0
        ? withMinus
        : Math.min(withMinus, Long.toString(Math.max(0, smallest)).length());
  }

  @Override
  public Expression clipped(int bytes) {
    return this;
  }
}
