package io.github.npu4j.seq2seq.constraint;

/**
 * A text of one expression, and then one of another.
 *
 * <p>Kept in one form, so that equal languages are more often equal objects, of which there are
 * then fewer states: nested to the right, without empty parts, and {@link Choice#NOTHING} as a
 * whole if a part is. The hash is computed once, since expressions are keys of the grammar's
 * states.
 */
final class Sequence implements Expression {

  private final Expression first;
  private final Expression rest;
  private final int shortest;
  private final int hash;

  private Sequence(Expression first, Expression rest) {
    this.first = first;
    this.rest = rest;
    this.shortest = Math.min(MANY, first.shortest() + rest.shortest());
    this.hash = 31 * first.hashCode() + rest.hashCode();
  }

  /** Returns the sequence of two expressions in that form. */
  static Expression of(Expression first, Expression rest) {
    if (first == Choice.NOTHING || rest == Choice.NOTHING) {
      return Choice.NOTHING;
    }
    if (first == Literal.EMPTY) {
      return rest;
    }
    if (first instanceof Sequence inner) {
      return new Sequence(inner.first, of(inner.rest, rest));
    }
    return rest == Literal.EMPTY ? first : new Sequence(first, rest);
  }

  /** Returns the sequence of several expressions in that form. */
  static Expression of(Expression... parts) {
    Expression all = Literal.EMPTY;
    for (int i = parts.length - 1; i >= 0; i--) {
      all = of(parts[i], all);
    }
    return all;
  }

  @Override
  public boolean acceptsEmpty() {
    return first.acceptsEmpty() && rest.acceptsEmpty();
  }

  @Override
  public Expression after(int next) {
    // Brzozowski's derivative: where the first may be empty, the byte may begin the rest, too.
    Expression inside = of(first.after(next), rest);
    return first.acceptsEmpty() ? Choice.of(inside, rest.after(next)) : inside;
  }

  @Override
  public int shortest() {
    return shortest;
  }

  @Override
  public Expression clipped(int bytes) {
    Expression clipped = first.clipped(bytes);
    return clipped == first ? this : new Sequence(clipped, rest);
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || other instanceof Sequence that
            && hash == that.hash
            && first.equals(that.first)
            && rest.equals(that.rest);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
