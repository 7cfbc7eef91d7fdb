package io.github.npu4j.parity;

import java.util.List;

/**
 * What became of a requested comparison.
 *
 * @param parity what was compared
 * @param notCompared a line for each execution path that this machine does not have, with the
 *     reason; a comparison that did not happen is not a success
 */
public record ParityResult(ParityReport parity, List<String> notCompared) {

  /** Takes a copy of the list. */
  public ParityResult {
    notCompared = List.copyOf(notCompared);
  }
}
