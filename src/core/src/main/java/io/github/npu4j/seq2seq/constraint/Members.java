package io.github.npu4j.seq2seq.constraint;

import java.util.ArrayList;
import java.util.List;

/**
 * What stands between the braces of a JSON object: each required member once, each optional one at
 * most once, in any order.
 *
 * @param required the members that have still to come, name and value
 * @param optional those that may still come
 * @param some whether a member has come, so that a comma precedes the next
 */
record Members(List<Expression> required, List<Expression> optional, boolean some)
    implements Expression {

  private static final Expression COMMA = Literal.of(",");

  /** Returns the members of an object, which may have none. */
  static Expression of(List<Expression> required, List<Expression> optional) {
    return of(required, optional, false);
  }

  private static Expression of(List<Expression> required, List<Expression> optional, boolean some) {
    return required.isEmpty() && optional.isEmpty()
        ? Literal.EMPTY
        : new Members(required, optional, some);
  }

  @Override
  public boolean acceptsEmpty() {
    return required.isEmpty();
  }

  @Override
  public Expression after(int next) {
    if (next != (some ? ',' : '"')) {
      return Choice.NOTHING;
    }
    List<Expression> ways = new ArrayList<>();
    for (Expression member : required) {
      ways.add(then(member, of(without(required, member), optional, true)).after(next));
    }
    for (Expression member : optional) {
      ways.add(then(member, of(required, without(optional, member), true)).after(next));
    }
    return Choice.of(ways);
  }

  private Expression then(Expression member, Expression others) {
    return some ? Sequence.of(COMMA, member, others) : Sequence.of(member, others);
  }

  private static List<Expression> without(List<Expression> members, Expression one) {
    return members.stream().filter(member -> member != one).toList();
  }

  @Override
  public int shortest() {
    long bytes = Math.max(0, required.size() - (some ? 0 : 1));
    for (Expression member : required) {
      bytes += member.shortest();
    }
    return (int) Math.min(MANY, bytes);
  }

  @Override
  public Expression clipped(int bytes) {
    return this;
  }
}
