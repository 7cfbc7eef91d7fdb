package io.github.npu4j.qnn;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * One figure of a profile.
 *
 * @param type QNN's number of what was measured; 404 is an operation, 3004 the accelerator's time
 * @param name what was measured, in the library's words
 * @param value the figure
 * @param unit its unit
 * @param timestamp when it was taken, in microseconds of the library's clock, where it tells
 * @param children what it is made of
 */
public record ProfileEvent(
    int type,
    String name,
    long value,
    Unit unit,
    OptionalLong timestamp,
    List<ProfileEvent> children) {

  /** Takes a copy of the list. */
  public ProfileEvent {
    children = List.copyOf(children);
  }

  /** What a figure counts. */
  public enum Unit {
    /** Microseconds. */
    MICROSECONDS,
    /** Bytes. */
    BYTES,
    /** Cycles of the accelerator. */
    CYCLES,
    /** A number of things. */
    COUNT,
    /** The address of an object: not a figure. */
    OBJECT,
    /** No unit. */
    NONE,
    /** A unit of the backend's own. */
    OTHER;

    /** Returns the unit as it stands after a figure: {@code µs}, or the name in lower case. */
    public String label() {
      return this == MICROSECONDS ? "µs" : name().toLowerCase(Locale.ROOT);
    }

    /** The order is that of QNN's numbers, which begin at 1. */
    static Unit of(int number) {
      return number >= 1 && number <= NONE.ordinal() + 1 ? values()[number - 1] : OTHER;
    }
  }
}
