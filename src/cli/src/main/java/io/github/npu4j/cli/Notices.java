package io.github.npu4j.cli;

import io.github.npu4j.parity.ParityProgress;
import java.util.List;

/** What commands say beside their results while and after models are compared. */
final class Notices {

  private Notices() {}

  /** Returns a progress that is printed where somebody watches, and nowhere else. */
  static ParityProgress comparing(Console console) {
    return (graph, engine) -> {
      if (console.interactive()) {
        console.notices().println(graph + ": comparing with " + engine);
      }
    };
  }

  /** Says what was not compared: nobody should take silence for agreement. */
  static void notCompared(Console console, List<String> reasons) {
    reasons.forEach(reason -> console.notices().println("not compared: " + reason));
  }
}
