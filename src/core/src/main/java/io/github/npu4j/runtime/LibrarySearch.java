package io.github.npu4j.runtime;

import io.github.npu4j.error.RuntimeMissingException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The outcome of looking for a library or folder: where it is, or why it is nowhere. */
public sealed interface LibrarySearch {

  /**
   * It is there. Whether it can be loaded is another question.
   *
   * @param what what was looked for, such as {@code libQnnHtp.so}
   * @param path where it is, absolute
   * @param origin what led there, such as {@code NPU4J_RUNTIME} or {@code npu4j's cache}
   * @param passedOver the places that were looked at before, each with a reason
   */
  record Found(String what, Path path, String origin, List<String> passedOver)
      implements LibrarySearch {
    /** Copies the list. */
    public Found {
      passedOver = List.copyOf(passedOver);
    }

    @Override
    public Path require() {
      return path;
    }
  }

  /**
   * It is not there.
   *
   * @param what what was looked for
   * @param reasons each place that was looked at, with what was wrong
   * @param advice what to do, as whole sentences
   */
  record Absent(String what, List<String> reasons, String advice) implements LibrarySearch {
    /** Copies the list. */
    public Absent {
      reasons = List.copyOf(reasons);
    }

    @Override
    public Path require() {
      throw new RuntimeMissingException(
          what + " was not found", String.join("; ", reasons), advice);
    }
  }

  /** Returns what was looked for, such as {@code libQnnHtp.so}. */
  String what();

  /**
   * Returns where it is.
   *
   * @throws RuntimeMissingException if it is nowhere, with every reason and the line that gets it
   */
  Path require();

  /** Returns where it is, or empty. */
  default Optional<Path> toOptional() {
    return this instanceof Found found ? Optional.of(found.path) : Optional.empty();
  }
}
