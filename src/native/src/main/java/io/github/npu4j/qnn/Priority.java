package io.github.npu4j.qnn;

import static io.github.npu4j.internal.qnnabi.qnn_h.*;

/** Who goes first when several contexts or graphs want the NPU: {@code Qnn_Priority_t}. */
public enum Priority {
  /** Below everything else. */
  LOW(QNN_PRIORITY_LOW()),
  /** Below normal. */
  NORMAL_LOW(QNN_PRIORITY_NORMAL_LOW()),
  /** What a context has that was not told otherwise. */
  NORMAL(QNN_PRIORITY_NORMAL()),
  /** Above normal. */
  NORMAL_HIGH(QNN_PRIORITY_NORMAL_HIGH()),
  /** Above all that an unprivileged process should need. */
  HIGH(QNN_PRIORITY_HIGH()),
  /** Above high; platforms may keep it to privileged processes. */
  HIGH_PLUS(QNN_PRIORITY_HIGH_PLUS()),
  /** Near the top; platforms may keep it to privileged processes. */
  CRITICAL(QNN_PRIORITY_CRITICAL()),
  /** The top; platforms may keep it to privileged processes. */
  CRITICAL_PLUS(QNN_PRIORITY_CRITICAL_PLUS());

  private final int value;

  Priority(int value) {
    this.value = value;
  }

  int value() {
    return value;
  }
}
