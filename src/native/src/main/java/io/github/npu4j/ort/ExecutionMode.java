package io.github.npu4j.ort;

import static io.github.npu4j.internal.ortabi.ort_h.ORT_PARALLEL;
import static io.github.npu4j.internal.ortabi.ort_h.ORT_SEQUENTIAL;

/** Whether nodes that don't depend on each other run at once ({@code ExecutionMode}). */
public enum ExecutionMode {
  /** One node after the other; the library's default. */
  SEQUENTIAL(ORT_SEQUENTIAL()),
  /** At once, on the threads of {@link SessionOptions#interOpThreads}. */
  PARALLEL(ORT_PARALLEL());

  private final int code;

  ExecutionMode(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
