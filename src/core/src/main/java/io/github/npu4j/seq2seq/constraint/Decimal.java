package io.github.npu4j.seq2seq.constraint;

/**
 * A number as JSON writes it, of a limited number of digits.
 *
 * @param place the part the text is in
 * @param digits how many digits that part has
 * @param whole whether there is neither a fraction nor an exponent
 */
record Decimal(Place place, int digits, boolean whole) implements Expression {

  /** The parts of a number. */
  enum Place {
    START,
    MINUS,
    ZERO,
    WHOLE,
    FRACTION,
    E,
    EXPONENT
  }

  /** The most digits before the point, and behind it: what a double holds exactly. */
  static final int MOST_DIGITS = 15;

  /** The most digits of an exponent, so that every number fits a double. */
  static final int MOST_EXPONENT_DIGITS = 2;

  /** Any number. */
  static final Decimal ANY = new Decimal(Place.START, 0, false);

  /** Any whole number without an exponent; {@code -0} is one. */
  static final Decimal INTEGER = new Decimal(Place.START, 0, true);

  @Override
  public boolean acceptsEmpty() {
    return switch (place) {
      case START, MINUS, E -> false;
      case ZERO, WHOLE -> true;
      case FRACTION, EXPONENT -> digits > 0;
    };
  }

  @Override
  public Expression after(int next) {
    boolean digit = next >= '0' && next <= '9';
    return switch (place) {
      case START -> next == '-' ? at(Place.MINUS, 0) : digit ? leading(next) : Choice.NOTHING;
      case MINUS -> digit ? leading(next) : Choice.NOTHING;
      case ZERO -> end(next);
      case WHOLE -> digit ? longer(MOST_DIGITS) : end(next);
      case FRACTION -> digit ? longer(MOST_DIGITS) : digits > 0 ? exponent(next) : Choice.NOTHING;
      case E ->
          next == '+' || next == '-'
              ? at(Place.EXPONENT, 0)
              : digit ? at(Place.EXPONENT, 1) : Choice.NOTHING;
      case EXPONENT -> digit ? longer(MOST_EXPONENT_DIGITS) : Choice.NOTHING;
    };
  }

  private Expression leading(int digit) {
    return at(digit == '0' ? Place.ZERO : Place.WHOLE, 1);
  }

  private Decimal at(Place next, int count) {
    return new Decimal(next, count, whole);
  }

  private Expression longer(int most) {
    return digits < most ? at(place, digits + 1) : Choice.NOTHING;
  }

  private Expression end(int next) {
    if (whole) {
      return Choice.NOTHING;
    }
    return next == '.' ? at(Place.FRACTION, 0) : exponent(next);
  }

  private Expression exponent(int next) {
    return next == 'e' || next == 'E' ? at(Place.E, 0) : Choice.NOTHING;
  }

  @Override
  public int shortest() {
    return acceptsEmpty() ? 0 : 1;
  }

  @Override
  public Expression clipped(int bytes) {
    return this;
  }
}
