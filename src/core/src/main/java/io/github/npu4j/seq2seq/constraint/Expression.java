package io.github.npu4j.seq2seq.constraint;

/**
 * A set of texts, byte by byte: a regular expression that is followed by its derivatives. The
 * derivative for a byte is what may come after it, which is an expression again.
 *
 * <p>Immutable; equal expressions are the same set. Every expression but {@link Choice#NOTHING} has
 * at least one text, so nothing that has begun leads nowhere.
 *
 * @see <a href="https://doi.org/10.1145/321239.321249">Brzozowski, Derivatives of Regular
 *     Expressions</a>
 */
sealed interface Expression
    permits Literal, Sequence, Choice, Repetition, Members, StringContent, IntegerRange, Decimal {

  /** More bytes than any text has that is worth counting. */
  int MANY = 1 << 28;

  /** Returns whether the text may end here. */
  boolean acceptsEmpty();

  /**
   * Returns what may come after a byte.
   *
   * @param next 0 to 255
   * @return {@link Choice#NOTHING} if the byte may not come
   */
  Expression after(int next);

  /** Returns the length of the shortest text in bytes, at most {@link #MANY}. */
  int shortest();

  /**
   * Returns an expression that accepts the same beginnings of up to {@code bytes} bytes. There are
   * fewer of these than of expressions, so that what is known of one helps with others.
   */
  Expression clipped(int bytes);
}
