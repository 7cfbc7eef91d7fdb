package io.github.npu4j.bench;

import java.nio.file.Path;

/**
 * Loads a compiled model once in a new virtual machine, in one of the ways of {@link Loader}.
 *
 * <p>Arguments: the context binary, the case, the rival.
 */
final class ColdLoad {
  private ColdLoad() {}

  /**
   * Prints a series of the time from the start of the program's own code to the closed model, and
   * one of the peak of resident memory.
   */
  public static void main(String[] arguments) throws Exception {
    long start = System.nanoTime();
    Loader.of(arguments[2]).load(Path.of(arguments[0])).close();
    double millis = (System.nanoTime() - start) / 1e6;
    Lines.print("ContextLoad", arguments[1] + ", cold VM", arguments[2], "ms/op", millis);
    Lines.print("PeakMemory", arguments[1], arguments[2], "MB", Lines.peakResidentMegabytes());
  }
}
