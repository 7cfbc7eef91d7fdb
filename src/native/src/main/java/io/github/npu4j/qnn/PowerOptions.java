package io.github.npu4j.qnn;

import java.time.Duration;

/**
 * What to ask of the NPU's power management while it works.
 *
 * @param rpcLatencyMicros how long a call to the NPU may take to wake it, in microseconds; 0 leaves
 *     it as it is
 * @param rpcPollingMicros how long the processor polls for an answer before it sleeps, in
 *     microseconds, at most 9999; 0 leaves it as it is
 * @param idle how long after the last run the vote is taken back
 */
public record PowerOptions(int rpcLatencyMicros, int rpcPollingMicros, Duration idle) {

  /** The longest polling that HTP takes. */
  private static final int LONGEST_POLLING = 9999;

  /** Checks the ranges. */
  public PowerOptions {
    if (rpcLatencyMicros < 0 || rpcPollingMicros < 0 || rpcPollingMicros > LONGEST_POLLING) {
      throw new IllegalArgumentException(
          "RPC latency " + rpcLatencyMicros + " or polling " + rpcPollingMicros + " out of range");
    }
    if (idle.isNegative()) {
      throw new IllegalArgumentException("a vote can't be taken back before the run ends");
    }
  }

  /**
   * Returns what suits short bursts of runs: a latency of 100 µs, answers polled for, and the vote
   * taken back after 300 ms without a run.
   */
  public static PowerOptions defaults() {
    return new PowerOptions(100, LONGEST_POLLING, Duration.ofMillis(300));
  }

  /** Returns a copy with another latency; 0 leaves it as it is. */
  public PowerOptions withRpcLatencyMicros(int micros) {
    return new PowerOptions(micros, rpcPollingMicros, idle);
  }

  /** Returns a copy with another time of polling; 0 leaves it as it is. */
  public PowerOptions withRpcPollingMicros(int micros) {
    return new PowerOptions(rpcLatencyMicros, micros, idle);
  }

  /** Returns a copy that takes the vote back so long after the last run. */
  public PowerOptions withIdle(Duration time) {
    return new PowerOptions(rpcLatencyMicros, rpcPollingMicros, time);
  }
}
