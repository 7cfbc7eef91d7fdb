package io.github.npu4j.bench;

import java.nio.file.Path;

/**
 * Prints the peak resident memory of this virtual machine after loading a context binary once, or
 * after nothing at all.
 *
 * <p>Arguments: the case, a name for the report, the way of loading or {@code idle-jvm}, the file.
 */
final class PeakMemory {
  private PeakMemory() {}

  /** Prints one series of one sample. */
  public static void main(String[] arguments) throws Exception {
    if (!arguments[2].equals("idle-jvm")) {
      Loader.of(arguments[2]).load(Path.of(arguments[3])).close();
    }
    Lines.print("PeakMemory", arguments[0], arguments[1], "MB", Lines.peakResidentMegabytes());
  }
}
