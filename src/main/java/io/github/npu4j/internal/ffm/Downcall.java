package io.github.npu4j.internal.ffm;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Method handles for C functions that are reached through a pointer. */
@SuppressWarnings("restricted") // this room is where native access is asked for
public final class Downcall {

  private Downcall() {}

  /**
   * Returns a handle that calls the function at an address.
   *
   * @throws IllegalArgumentException if the pointer is {@code NULL}
   */
  public static MethodHandle at(
      MemorySegment function, FunctionDescriptor descriptor, Linker.Option... options) {
    if (function.address() == 0) {
      throw new IllegalArgumentException("the function pointer is NULL");
    }
    return Linker.nativeLinker().downcallHandle(function, descriptor, options);
  }

  /**
   * Turns what a method handle threw into something a caller can throw on.
   *
   * <p>A downcall itself throws no checked exception; {@code invokeExact} declares one all the
   * same.
   */
  public static RuntimeException rethrow(Throwable thrown) {
    if (thrown instanceof RuntimeException unchecked) {
      return unchecked;
    }
    if (thrown instanceof Error error) {
      throw error;
    }
    return new IllegalStateException("a native call threw", thrown);
  }
}
