package io.github.npu4j.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.ToDoubleFunction;

/**
 * A figure to reach, judged round by round.
 *
 * @param what the sentence in the report
 * @param measured whose figure it is
 * @param against what the figure is set against, one series or several that are added up
 * @param figure what is taken of a series of one round, its median mostly
 * @param compare what is made of the two figures of a round
 * @param bound the largest value that still holds
 * @param unit of the value and of the bound
 */
record Target(
    String what,
    Series.Key measured,
    List<Series.Key> against,
    ToDoubleFunction<Series> figure,
    DoubleBinaryOperator compare,
    double bound,
    String unit) {

  /** At most {@code bound} times the other. */
  static Target ratio(String what, Series.Key measured, Series.Key against, double bound) {
    return new Target(what, measured, List.of(against), Series::median, (a, b) -> a / b, bound, "times");
  }

  /** At most {@code bound} units more than the others together. */
  static Target surplus(
      String what, Series.Key measured, List<Series.Key> against, double bound, String unit) {
    return new Target(what, measured, against, Series::median, (a, b) -> a - b, bound, unit);
  }

  /** At most {@code bound} by itself. */
  static Target value(String what, Series.Key measured, double bound) {
    return new Target(what, measured, List.of(), Series::median, (a, b) -> a, bound, measured.unit());
  }

  /** A 99th percentile that is no further from the median than the other's from its own. */
  static Target tail(String what, Series.Key measured, Series.Key against) {
    return new Target(
        what, measured, List.of(against), Series::tail, (a, b) -> a / b, 1, "times");
  }

  /** One row of the report's table; says so when this run did not measure it. */
  String row(Map<Series.Key, List<Series>> data) {
    List<Series> subject = data.getOrDefault(measured, List.of());
    int rounds = subject.size();
    for (Series.Key other : against) {
      rounds = Math.min(rounds, data.getOrDefault(other, List.of()).size());
    }
    if (rounds == 0) {
      return "| %s | at most %s %s | not measured in this run | | |%n"
          .formatted(what, number(bound), unit);
    }
    double[] values = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      double sum = 0;
      for (Series.Key other : against) {
        sum += figure.applyAsDouble(data.get(other).get(round));
      }
      values[round] = compare.applyAsDouble(figure.applyAsDouble(subject.get(round)), sum);
    }
    double median = Series.quantile(values, 0.5);
    return "| %s | at most %s %s | %s | %s to %s | %s |%n"
        .formatted(
            what,
            number(bound),
            unit,
            number(median),
            number(Series.quantile(values, 0)),
            number(Series.quantile(values, 1)),
            median <= bound ? "holds" : "**missed**");
  }

  /** A figure with three digits that count. */
  static String number(double value) {
    if (value == 0) {
      return "0";
    }
    int digits = Math.max(0, 2 - (int) Math.floor(Math.log10(Math.abs(value))));
    return String.format(Locale.ROOT, "%." + Math.min(digits, 4) + "f", value);
  }
}
