package io.github.npu4j.engine;

import java.util.List;

/**
 * One thing that a profiled run measured.
 *
 * @param name what was measured, in the library's words
 * @param value the figure
 * @param unit its unit, such as {@code µs} or {@code cycles}
 * @param parts what it is made of, for instance one event an operator
 */
public record ProfileEvent(String name, long value, String unit, List<ProfileEvent> parts) {

  /** Takes a copy of the list. */
  public ProfileEvent {
    parts = List.copyOf(parts);
  }
}
