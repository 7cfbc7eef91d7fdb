package io.github.npu4j.cli.console;

import io.github.npu4j.measure.BenchmarkProgress;
import io.github.npu4j.parity.ParityProgress;
import io.github.npu4j.runtime.Device;
import java.util.List;

/** What commands say beside their results while models are compared and measured. */
public final class Notices {

  private Notices() {}

  /** Returns a progress that is printed where somebody watches, and nowhere else. */
  public static ParityProgress comparing(Console console) {
    return (graph, engine) -> {
      if (console.interactive()) {
        console.notices().println(graph + ": comparing with " + engine);
      }
    };
  }

  /**
   * Returns a progress that is printed where somebody watches. Only what opens is said: a line a
   * round would scroll the notices away.
   */
  public static BenchmarkProgress measuring(Console console) {
    return new BenchmarkProgress() {
      @Override
      public void opening(Device device) {
        say(device + ": opening");
      }

      @Override
      public void leaving(Device device, String reason) {
        say(device + ": takes no part: " + reason);
      }

      private void say(String line) {
        if (console.interactive()) {
          console.notices().println(line);
        }
      }
    };
  }

  /** Says what was not compared: nobody should take silence for agreement. */
  public static void notCompared(Console console, List<String> reasons) {
    reasons.forEach(reason -> console.notices().println("not compared: " + reason));
  }
}
