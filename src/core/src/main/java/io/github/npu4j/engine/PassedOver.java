package io.github.npu4j.engine;

import io.github.npu4j.runtime.Device;

/**
 * One way to run a model that was considered and not taken.
 *
 * @param device where it would have run
 * @param engine what would have run it
 * @param reason why not, as one sentence without a full stop
 */
public record PassedOver(Device device, EngineKind engine, String reason) {

  /** Returns the entry as {@code npu (direct): reason}. */
  @Override
  public String toString() {
    return device.name().toLowerCase(java.util.Locale.ROOT)
        + " ("
        + engine.label()
        + "): "
        + reason;
  }
}
