package io.github.npu4j.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A plot under construction: shapes from the top down on a narrow canvas, which a page may enlarge.
 *
 * <p>Colours are classes of the page's style sheet, so that they follow light and dark.
 */
final class Svg {

  /** The width of every plot: that of a telephone's screen, so that its letters stay legible. */
  static final double WIDTH = 360;

  /** Where plots begin and end: labels at the edges keep inside the canvas. */
  static final double LEFT = 12;

  static final double RIGHT = WIDTH - 16;

  /** The most that a letter of the labels is wide, on average. */
  private static final double LETTER = 6.7;

  private final StringBuilder shapes = new StringBuilder();

  /** Places a label in the middle, at its beginning or at its end. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  /** A piece of a line that a label takes. */
  private record Span(double from, double to) {

    boolean meets(Span other) {
      return from < other.to + LETTER && other.from < to + LETTER;
    }
  }

  /** Labels on one line, none over another: those that come first are kept. */
  final class Labels {

    private final List<Span> taken = new ArrayList<>();
    private final double y;

    private Labels(double y) {
      this.y = y;
    }

    /** Writes a label around a place, moved inside the canvas, unless it would meet another. */
    void around(double x, String text) {
      from(x - width(text) / 2, text);
    }

    /** Writes a label that ends at a place. */
    void before(double x, String text) {
      from(x - width(text), text);
    }

    /** Writes a label that begins at a place. */
    void after(double x, String text) {
      from(x, text);
    }

    private void from(double x, String text) {
      double width = width(text);
      double from = Math.clamp(x, 2, Math.max(2, WIDTH - 2 - width));
      Span span = new Span(from, from + width);
      if (taken.stream().noneMatch(span::meets)) {
        taken.add(span);
        text(from + width / 2, y, Anchor.MIDDLE, "small over", text);
      }
    }
  }

  /** Begins a line of labels. */
  Labels labels(double y) {
    return new Labels(y);
  }

  /** Returns the most that a label may be wide. */
  static double width(String text) {
    return LETTER * text.codePointCount(0, text.length());
  }

  /** Writes a label. */
  void text(double x, double y, Anchor anchor, String style, String text) {
    shapes.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">%s</text>",
            x,
            y,
            anchor.name().toLowerCase(Locale.ROOT),
            style,
            Html.escape(text)));
  }

  /** Draws a bar, whose title a pointer shows. */
  void bar(double x, double y, double width, double height, String style, String title) {
    shapes.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" height=\"%.1f\" class=\"%s\">"
                + "<title>%s</title></rect>",
            x,
            y,
            width,
            height,
            style,
            Html.escape(title)));
  }

  /** Draws a line. */
  void line(double fromX, double fromY, double toX, double toY, String style) {
    shapes.append(
        String.format(
            Locale.ROOT,
            "<path d=\"M%.1f %.1fL%.1f %.1f\" class=\"%s\"/>",
            fromX,
            fromY,
            toX,
            toY,
            style));
  }

  /** Draws a dot. */
  void dot(double x, double y, String style, String title) {
    shapes.append(
        String.format(
            Locale.ROOT,
            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\" class=\"%s\"><title>%s</title></circle>",
            x,
            y,
            style,
            Html.escape(title)));
  }

  /**
   * Returns the plot.
   *
   * @param id a name that no other plot of the page has
   * @param title what it shows, in a few words
   * @param description what can be seen in it, for those who can't see it
   */
  String finish(String id, double height, String title, String description) {
    return String.format(
            Locale.ROOT,
            "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-labelledby=\"%s-t %s-d\">",
            WIDTH,
            height,
            id,
            id)
        + String.format(
            "<title id=\"%s-t\">%s</title><desc id=\"%s-d\">%s</desc>",
            id, Html.escape(title), id, Html.escape(description))
        + shapes
        + "</svg>\n";
  }
}
