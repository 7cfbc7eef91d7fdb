package io.github.npu4j.ort;

import static io.github.npu4j.internal.ortabi.ort_h.OrtCompiledModelCompatibility_EP_NOT_APPLICABLE;
import static io.github.npu4j.internal.ortabi.ort_h.OrtCompiledModelCompatibility_EP_SUPPORTED_OPTIMAL;
import static io.github.npu4j.internal.ortabi.ort_h.OrtCompiledModelCompatibility_EP_SUPPORTED_PREFER_RECOMPILATION;
import static io.github.npu4j.internal.ortabi.ort_h.OrtCompiledModelCompatibility_EP_UNSUPPORTED;

/** What an execution provider says of a compiled model ({@code OrtCompiledModelCompatibility}). */
public enum ModelCompatibility {
  /** The provider has nothing to say: the model was not compiled for it. */
  NOT_APPLICABLE(OrtCompiledModelCompatibility_EP_NOT_APPLICABLE()),
  /** It runs as well as it can. */
  OPTIMAL(OrtCompiledModelCompatibility_EP_SUPPORTED_OPTIMAL()),
  /** It runs, and would run better if it were compiled again. */
  PREFER_RECOMPILATION(OrtCompiledModelCompatibility_EP_SUPPORTED_PREFER_RECOMPILATION()),
  /** It does not run. */
  UNSUPPORTED(OrtCompiledModelCompatibility_EP_UNSUPPORTED());

  private final int code;

  ModelCompatibility(int code) {
    this.code = code;
  }

  /** Returns the answer of a C constant; {@link #UNSUPPORTED} for one that is not known. */
  static ModelCompatibility of(int code) {
    for (ModelCompatibility compatibility : values()) {
      if (compatibility.code == code) {
        return compatibility;
      }
    }
    return UNSUPPORTED;
  }
}
