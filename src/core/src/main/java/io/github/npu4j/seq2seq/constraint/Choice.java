package io.github.npu4j.seq2seq.constraint;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A text of one of several expressions. */
final class Choice implements Expression {

  /** No text at all. */
  static final Choice NOTHING = new Choice(Set.of());

  private final Set<Expression> options;
  private final int shortest;
  private final int hash;

  private Choice(Set<Expression> options) {
    this.options = options;
    this.shortest = options.stream().mapToInt(Expression::shortest).min().orElse(MANY);
    this.hash = options.hashCode();
  }

  static Expression of(Expression... options) {
    return of(List.of(options));
  }

  static Expression of(Collection<Expression> options) {
    Set<Expression> flat = new LinkedHashSet<>();
    for (Expression option : options) {
      if (option instanceof Choice several) {
        flat.addAll(several.options);
      } else {
        flat.add(option);
      }
    }
    return switch (flat.size()) {
      case 0 -> NOTHING;
      case 1 -> flat.iterator().next();
      default -> new Choice(flat);
    };
  }

  @Override
  public boolean acceptsEmpty() {
    return options.stream().anyMatch(Expression::acceptsEmpty);
  }

  @Override
  public Expression after(int next) {
    return of(options.stream().map(option -> option.after(next)).toList());
  }

  @Override
  public int shortest() {
    return shortest;
  }

  @Override
  public Expression clipped(int bytes) {
    return of(options.stream().map(option -> option.clipped(bytes)).toList());
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || other instanceof Choice that && hash == that.hash && options.equals(that.options);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
