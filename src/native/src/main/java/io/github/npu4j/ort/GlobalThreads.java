package io.github.npu4j.ort;

import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_CreateThreadingOptions;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_ReleaseThreadingOptions;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SetGlobalDenormalAsZero;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SetGlobalInterOpNumThreads;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SetGlobalIntraOpNumThreads;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SetGlobalSpinControl;

import io.github.npu4j.ort.abi.NativeHandle;
import io.github.npu4j.ort.abi.OrtApi;

/**
 * The thread pools of ONNX Runtime's environment, which sessions may share ({@code
 * OrtThreadingOptions}).
 *
 * @param intraOp threads that work on one node, the caller's included; 0 lets the library choose
 * @param interOp threads for {@link ExecutionMode#PARALLEL}; 0 lets the library choose
 * @param idle what threads do between two pieces of work
 * @param denormals how numbers are treated that are too small for full precision
 */
public record GlobalThreads(int intraOp, int interOp, Idle idle, Denormals denormals) {

  /** What threads do while there is nothing to do. */
  public enum Idle {
    /** Spin for a while: the next piece of work starts sooner, and the core stays busy. */
    SPIN,
    /** Sleep at once. */
    SLEEP
  }

  /** How denormal numbers are treated. */
  public enum Denormals {
    /** As IEEE 754 has them. */
    KEPT,
    /** As zero, which is faster. */
    ZERO
  }

  /** Checks that no count is negative. */
  public GlobalThreads {
    if (intraOp < 0 || interOp < 0) {
      throw new IllegalArgumentException(
          "a thread count is negative: intraOp " + intraOp + ", interOp " + interOp);
    }
  }

  /** Returns as many threads as the library chooses, which spin, with denormals kept. */
  public static GlobalThreads defaults() {
    return new GlobalThreads(0, 0, Idle.SPIN, Denormals.KEPT);
  }

  /** Returns a copy with this many threads that work on one node. */
  public GlobalThreads withIntraOp(int count) {
    return new GlobalThreads(count, interOp, idle, denormals);
  }

  /** Returns a copy with this many threads for {@link ExecutionMode#PARALLEL}. */
  public GlobalThreads withInterOp(int count) {
    return new GlobalThreads(intraOp, count, idle, denormals);
  }

  /** Returns a copy whose threads do this while there is nothing to do. */
  public GlobalThreads withIdle(Idle behaviour) {
    return new GlobalThreads(intraOp, interOp, behaviour, denormals);
  }

  /** Returns a copy that treats denormal numbers so. */
  public GlobalThreads withDenormals(Denormals treatment) {
    return new GlobalThreads(intraOp, interOp, idle, treatment);
  }

  /** Makes the native form, which the caller closes. */
  NativeHandle create(OrtApi api) {
    NativeHandle options =
        api.create(
            "the threading options",
            OrtApi_ReleaseThreadingOptions(),
            "CreateThreadingOptions",
            OrtApi_CreateThreadingOptions());
    try {
      long address = options.enter();
      try {
        apply(api, address);
      } finally {
        options.leave();
      }
    } catch (Throwable failed) {
      options.close();
      throw failed;
    }
    return options;
  }

  private void apply(OrtApi api, long options) {
    api.check("SetGlobalIntraOpNumThreads", OrtApi_SetGlobalIntraOpNumThreads(), options, intraOp);
    api.check("SetGlobalInterOpNumThreads", OrtApi_SetGlobalInterOpNumThreads(), options, interOp);
    api.check(
        "SetGlobalSpinControl", OrtApi_SetGlobalSpinControl(), options, idle == Idle.SPIN ? 1 : 0);
    if (denormals == Denormals.ZERO) {
      api.check("SetGlobalDenormalAsZero", OrtApi_SetGlobalDenormalAsZero(), options);
    }
  }
}
