package io.github.npu4j.ort;

import static io.github.npu4j.internal.ortabi.ort_h.ORT_DISABLE_ALL;
import static io.github.npu4j.internal.ortabi.ort_h.ORT_ENABLE_ALL;
import static io.github.npu4j.internal.ortabi.ort_h.ORT_ENABLE_BASIC;
import static io.github.npu4j.internal.ortabi.ort_h.ORT_ENABLE_EXTENDED;
import static io.github.npu4j.internal.ortabi.ort_h.ORT_ENABLE_LAYOUT;

/** How far ONNX Runtime rewrites a graph before it runs ({@code GraphOptimizationLevel}). */
public enum OptimizationLevel {
  /** Not at all. */
  NONE(ORT_DISABLE_ALL()),
  /** Rewrites that keep the graph plain ONNX. */
  BASIC(ORT_ENABLE_BASIC()),
  /** And fusions into the library's own operators. */
  EXTENDED(ORT_ENABLE_EXTENDED()),
  /** And changes of the tensors' layout in memory. */
  LAYOUT(ORT_ENABLE_LAYOUT()),
  /** All there are; the library's default. */
  ALL(ORT_ENABLE_ALL());

  private final int code;

  OptimizationLevel(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
