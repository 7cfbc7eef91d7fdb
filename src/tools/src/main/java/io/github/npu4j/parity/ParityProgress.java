package io.github.npu4j.parity;

import io.github.npu4j.engine.EngineKind;

/** Hears how far a comparison is; in an emulator one feed can take many seconds. */
@FunctionalInterface
public interface ParityProgress {

  /** Takes no notice. */
  ParityProgress NONE = (_, _) -> {};

  /**
   * Is called before the feeds of one graph are run.
   *
   * @param graph what is compared, as the report names it
   * @param engine what runs it
   */
  void comparing(String graph, EngineKind engine);
}
