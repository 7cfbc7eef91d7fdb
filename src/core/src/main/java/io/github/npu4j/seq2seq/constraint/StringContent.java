package io.github.npu4j.seq2seq.constraint;

/**
 * What stands between the quotes of a JSON string: characters in UTF-8 and escapes, as RFC 8259 has
 * them. Control characters, bytes that make no character, and half of a surrogate pair may not
 * come.
 *
 * @param least how many characters have still to come
 * @param most how many may come; {@link Expression#MANY} for any number
 * @param escapes whether characters may be written as escapes
 * @param place where in a character or escape the text is
 * @param step how far it is there: bytes that are still missing of a character, or hexadecimal
 *     digits that have been read of an escape
 * @param low the smallest byte that may come next inside a character
 * @param high the largest
 */
record StringContent(int least, int most, boolean escapes, Place place, int step, int low, int high)
    implements Expression {

  /** Where a text is. */
  enum Place {
    BETWEEN,
    CHARACTER,
    /** After a backslash. */
    ESCAPE,
    /** In the digits of an escape that is no surrogate, or may turn out to be none. */
    DIGITS,
    /** After the digit D, which begins the surrogates and other characters. */
    DIGIT_D,
    /** In the digits of a high surrogate; a low one follows. */
    HIGH_SURROGATE,
    LOW_BACKSLASH,
    LOW_U,
    LOW_SURROGATE
  }

  private static final int DIGITS_OF_ESCAPE = 4;

  /** The bytes of the escape of a low surrogate. */
  private static final int LOW_ESCAPE = 6;

  private static final int FIRST_CONTINUATION = 0x80;
  private static final int LAST_CONTINUATION = 0xbf;

  /**
   * Returns the strings of {@code least} to {@code most} characters.
   *
   * @param most {@link Expression#MANY} for any number
   * @param escapes whether characters may be written as escapes
   */
  static Expression of(int least, int most, boolean escapes) {
    return most == 0
        ? Literal.EMPTY
        : new StringContent(least, most, escapes, Place.BETWEEN, 0, 0, 0);
  }

  @Override
  public boolean acceptsEmpty() {
    return place == Place.BETWEEN && least == 0;
  }

  @Override
  public Expression after(int next) {
    return switch (place) {
      case BETWEEN -> first(next);
      case CHARACTER ->
          next < low || next > high
              ? Choice.NOTHING
              : step == 1 ? done() : character(step - 1, FIRST_CONTINUATION, LAST_CONTINUATION);
      case ESCAPE ->
          next == 'u'
              ? at(Place.DIGITS, 0)
              : "\"\\/bfnrt".indexOf(next) >= 0 ? done() : Choice.NOTHING;
      case DIGITS, DIGIT_D, HIGH_SURROGATE, LOW_SURROGATE -> digit(Character.digit(next, 16));
      case LOW_BACKSLASH -> next == '\\' ? at(Place.LOW_U, 0) : Choice.NOTHING;
      case LOW_U -> next == 'u' ? at(Place.LOW_SURROGATE, 0) : Choice.NOTHING;
    };
  }

  private Expression first(int next) {
    if (next < ' ' || next == '"' || most == 0) {
      return Choice.NOTHING;
    }
    if (next == '\\') {
      return escapes ? at(Place.ESCAPE, 0) : Choice.NOTHING;
    }
    if (next < FIRST_CONTINUATION) {
      return done();
    }
    // The bounds of the second byte keep out what is too long, a surrogate or beyond Unicode.
    return switch (next) {
      case 0xe0 -> character(2, 0xa0, LAST_CONTINUATION);
      case 0xed -> character(2, FIRST_CONTINUATION, 0x9f);
      case 0xf0 -> character(3, 0x90, LAST_CONTINUATION);
      case 0xf4 -> character(3, FIRST_CONTINUATION, 0x8f);
      default -> {
        int missing = next < 0xc2 || next > 0xf4 ? 0 : next < 0xe0 ? 1 : next < 0xf0 ? 2 : 3;
        yield missing == 0
            ? Choice.NOTHING
            : character(missing, FIRST_CONTINUATION, LAST_CONTINUATION);
      }
    };
  }

  private Expression digit(int value) {
    if (value < 0) {
      return Choice.NOTHING;
    }
    return switch (place) {
      case DIGITS ->
          step == 0 && value == 0xd
              ? at(Place.DIGIT_D, 1)
              : step + 1 == DIGITS_OF_ESCAPE ? done() : at(Place.DIGITS, step + 1);
      case DIGIT_D ->
          value < 8
              ? at(Place.DIGITS, 2)
              : value < 0xc ? at(Place.HIGH_SURROGATE, 2) : Choice.NOTHING;
      case HIGH_SURROGATE ->
          step + 1 == DIGITS_OF_ESCAPE
              ? at(Place.LOW_BACKSLASH, 0)
              : at(Place.HIGH_SURROGATE, step + 1);
      default ->
          step == 0 && value != 0xd || step == 1 && value < 0xc
              ? Choice.NOTHING
              : step + 1 == DIGITS_OF_ESCAPE ? done() : at(Place.LOW_SURROGATE, step + 1);
    };
  }

  private StringContent at(Place next, int nextStep) {
    return new StringContent(least, most, escapes, next, nextStep, 0, 0);
  }

  private StringContent character(int missing, int from, int to) {
    return new StringContent(least, most, escapes, Place.CHARACTER, missing, from, to);
  }

  private Expression done() {
    return of(Math.max(0, least - 1), most == MANY ? MANY : most - 1, escapes);
  }

  @Override
  public int shortest() {
    int others = Math.max(0, least - 1);
    int left =
        switch (place) {
          case BETWEEN -> least - others;
          case CHARACTER -> step;
          case ESCAPE -> 1;
          case DIGITS, DIGIT_D, LOW_SURROGATE -> DIGITS_OF_ESCAPE - step;
          case HIGH_SURROGATE -> DIGITS_OF_ESCAPE - step + LOW_ESCAPE;
          case LOW_BACKSLASH -> LOW_ESCAPE;
          case LOW_U -> LOW_ESCAPE - 1;
        };
    return Math.min(MANY, left + others);
  }

  @Override
  public Expression clipped(int bytes) {
    int clippedLeast = Math.min(least, bytes);
    int clippedMost = most > bytes ? MANY : most;
    return clippedLeast == least && clippedMost == most
        ? this
        : new StringContent(clippedLeast, clippedMost, escapes, place, step, low, high);
  }
}
