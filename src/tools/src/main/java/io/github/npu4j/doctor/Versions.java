package io.github.npu4j.doctor;

import java.util.Arrays;

/** Versions such as {@code 2.36} and {@code v2.51.0.260929181845}, compared number by number. */
final class Versions {

  private Versions() {}

  /** Returns whether one version is older than another; missing numbers count as nothing. */
  static boolean older(String version, String than) {
    long[] one = numbers(version);
    long[] other = numbers(than);
    int common = Math.min(one.length, other.length);
    return Arrays.compare(one, 0, common, other, 0, common) < 0;
  }

  private static long[] numbers(String version) {
    return Arrays.stream(version.split("[^0-9]+"))
        .filter(part -> !part.isEmpty() && part.length() < 18)
        .mapToLong(Long::parseLong)
        .toArray();
  }
}
