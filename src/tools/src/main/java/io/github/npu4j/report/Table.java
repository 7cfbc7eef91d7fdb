package io.github.npu4j.report;

import java.util.ArrayList;
import java.util.List;

/** A table of a page. Its cells are HTML; those of figures are set to the right. */
final class Table {

  private final String caption;
  private final List<String> head;
  private final StringBuilder rows = new StringBuilder();

  /**
   * Begins a table.
   *
   * @param caption what is in it
   * @param head the columns' names, the rows' names first
   */
  Table(String caption, List<String> head) {
    this.caption = caption;
    this.head = List.copyOf(head);
  }

  /** Adds a row. */
  Table row(String name, List<String> cells) {
    rows.append("<tr><th scope=\"row\">").append(name).append("</th>");
    cells.forEach(cell -> rows.append("<td>").append(cell).append("</td>"));
    rows.append("</tr>\n");
    return this;
  }

  /** Returns the table, in a box that can be moved where the screen is too narrow. */
  String finish() {
    List<String> heads = new ArrayList<>();
    head.forEach(name -> heads.add("<th scope=\"col\">" + name + "</th>"));
    return "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\""
        + Html.escape(caption)
        + "\"><table><caption>"
        + Html.escape(caption)
        + "</caption>\n<thead><tr>"
        + String.join("", heads)
        + "</tr></thead>\n<tbody>\n"
        + rows
        + "</tbody></table></div>\n";
  }
}
