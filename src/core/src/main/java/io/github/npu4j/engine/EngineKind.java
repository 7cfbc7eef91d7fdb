package io.github.npu4j.engine;

import java.util.Locale;

/** The three ways npu4j runs a model. */
public enum EngineKind {
  /** A context binary by QNN alone, with no ONNX Runtime in between. */
  DIRECT,
  /** ONNX Runtime through the foreign-function interface. */
  ORT,
  /** ONNX Runtime through its own Java package; CPU only. */
  JAVA;

  /** Returns the name used on the command line: {@code direct}, {@code ort} or {@code java}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
