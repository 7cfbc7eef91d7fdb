package io.github.npu4j.qnn;

import io.github.npu4j.internal.qnnabi.Qnn_ContextBinaryRawDataProviderFn_t;
import io.github.npu4j.internal.qnnabi.Qnn_ContextBinaryRawDataReleaseFn_t;
import io.github.npu4j.internal.qnnabi.Qnn_NotifyFn_t;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Calls the product's callbacks, as a library does in C. */
final class Callbacks {

  private static final MethodHandle NOTIFY =
      Linker.nativeLinker().downcallHandle(Qnn_NotifyFn_t.descriptor());
  private static final MethodHandle PROVIDE =
      Linker.nativeLinker().downcallHandle(Qnn_ContextBinaryRawDataProviderFn_t.descriptor());
  private static final MethodHandle RELEASE =
      Linker.nativeLinker().downcallHandle(Qnn_ContextBinaryRawDataReleaseFn_t.descriptor());

  private Callbacks() {}

  static void notifyEnd(MemorySegment callback, MemorySegment param, MemorySegment status) {
    try {
      NOTIFY.invokeExact(callback, param, status);
    } catch (Throwable thrown) {
      throw new AssertionError(thrown);
    }
  }

  static long provide(
      MemorySegment callback, MemorySegment request, MemorySegment response, MemorySegment param) {
    try {
      return (long) PROVIDE.invokeExact(callback, request, response, param);
    } catch (Throwable thrown) {
      throw new AssertionError(thrown);
    }
  }

  static long release(MemorySegment callback, MemorySegment memory, MemorySegment param) {
    try {
      return (long) RELEASE.invokeExact(callback, memory, param);
    } catch (Throwable thrown) {
      throw new AssertionError(thrown);
    }
  }
}
