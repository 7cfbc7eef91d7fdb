package io.github.npu4j.qnn.info;

import java.util.Comparator;

/**
 * A version of one of QNN's interfaces or files.
 *
 * @param major changes when callers must change
 * @param minor grows when functions are added
 * @param patch grows with corrections
 */
public record QnnVersion(int major, int minor, int patch) implements Comparable<QnnVersion> {

  private static final Comparator<QnnVersion> ORDER =
      Comparator.comparingInt(QnnVersion::major)
          .thenComparingInt(QnnVersion::minor)
          .thenComparingInt(QnnVersion::patch);

  @Override
  public int compareTo(QnnVersion other) {
    return ORDER.compare(this, other);
  }

  /** Returns the version as {@code 2.40.0}. */
  @Override
  public String toString() {
    return major + "." + minor + "." + patch;
  }
}
