package io.github.npu4j.report;

import java.util.ArrayList;
import java.util.List;

/**
 * An axis on which equal factors are equally far apart.
 *
 * @param from the value at its left end, above 0
 * @param to the value at its right end, larger
 */
record LogAxis(double from, double to) {

  private static final double[] STEPS = {1, 2, 5};

  /** Fewer marks than that say too little. */
  private static final int FEWEST_MARKS = 3;

  /** Returns an axis that holds two values with some room around them. */
  static LogAxis around(double least, double greatest) {
    double low = Math.max(least, 1e-6);
    double high = Math.max(greatest, low * 1.02);
    double room = Math.pow(high / low, 0.06);
    return new LogAxis(low / room, high * room);
  }

  /** Returns where on the canvas a value is; values outside are at its ends. */
  double at(double value) {
    double share = Math.log(Math.clamp(value, from, to) / from) / Math.log(to / from);
    return Svg.LEFT + share * (Svg.RIGHT - Svg.LEFT);
  }

  /** Returns values to mark: 1, 2 and 5 times powers of ten, or finer ones on a short axis. */
  List<Double> marks() {
    List<Double> marks = new ArrayList<>();
    for (int power = (int) Math.floor(Math.log10(from)); power <= Math.log10(to); power++) {
      for (double step : STEPS) {
        add(marks, step * Math.pow(10, power));
      }
    }
    return marks.size() >= FEWEST_MARKS ? marks : even();
  }

  private List<Double> even() {
    double rough = (to - from) / 4;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double step = power * (rough / power >= 5 ? 5 : rough / power >= 2 ? 2 : 1);
    List<Double> marks = new ArrayList<>();
    for (long i = (long) Math.ceil(from / step); i * step <= to; i++) {
      add(marks, i * step);
    }
    return marks;
  }

  private void add(List<Double> marks, double value) {
    if (value >= from && value <= to) {
      marks.add(value);
    }
  }

  /** Draws the axis with its marks below a plot, and returns how far down it goes. */
  double draw(Svg svg, double top, double bottom, String unit) {
    Svg.Labels labels = svg.labels(bottom + 14);
    for (double mark : marks()) {
      svg.line(at(mark), top, at(mark), bottom + 3, "grid");
      labels.around(at(mark), label(mark));
    }
    svg.line(Svg.LEFT, bottom, Svg.RIGHT, bottom, "axis");
    svg.text(Svg.WIDTH / 2, bottom + 28, Svg.Anchor.MIDDLE, "small", unit);
    return bottom + 34;
  }

  /** Returns a mark without digits that it does not need. */
  private static String label(double mark) {
    return new java.math.BigDecimal(mark, new java.math.MathContext(6))
        .stripTrailingZeros()
        .toPlainString();
  }
}
