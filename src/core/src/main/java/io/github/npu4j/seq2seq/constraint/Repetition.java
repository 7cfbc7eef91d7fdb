package io.github.npu4j.seq2seq.constraint;

/**
 * A text of one expression several times.
 *
 * @param unit what is repeated; never the empty text
 * @param least how often at least
 * @param most how often at most; {@link Expression#MANY} for any number
 */
record Repetition(Expression unit, int least, int most) implements Expression {

  static Expression of(Expression unit, int least, int most) {
    return most == 0 ? Literal.EMPTY : new Repetition(unit, least, most);
  }

  @Override
  public boolean acceptsEmpty() {
    return least == 0;
  }

  @Override
  public Expression after(int next) {
    Expression begun = unit.after(next);
    return begun == Choice.NOTHING
        ? begun
        : Sequence.of(begun, of(unit, Math.max(0, least - 1), most == MANY ? MANY : most - 1));
  }

  @Override
  public int shortest() {
    return (int) Math.min(MANY, (long) least * unit.shortest());
  }

  @Override
  public Expression clipped(int bytes) {
    int clippedLeast = Math.min(least, bytes);
    int clippedMost = most > bytes ? MANY : most;
    return clippedLeast == least && clippedMost == most
        ? this
        : new Repetition(unit, clippedLeast, clippedMost);
  }
}
