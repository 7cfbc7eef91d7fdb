package io.github.npu4j.bench;

import java.nio.file.Path;

/**
 * Prints the peak resident memory of this virtual machine after loading a context binary, or after
 * nothing at all.
 *
 * <p>Arguments: the case, then {@code direct} and the file, or {@code idle-jvm}.
 */
final class PeakMemory {
  private PeakMemory() {}

  /** Prints one series of one sample. */
  public static void main(String[] arguments) throws Exception {
    if (arguments[1].equals("direct")) {
      Loader.direct(Path.of(arguments[2])).close();
    }
    Lines.print("PeakMemory", arguments[0], arguments[1], "MB", Lines.peakResidentMegabytes());
  }
}
