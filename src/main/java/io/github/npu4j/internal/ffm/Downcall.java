package io.github.npu4j.internal.ffm;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Method handles for C functions that are reached through a pointer. */
@SuppressWarnings("restricted") // this room is where native access is asked for
public final class Downcall {

  private Downcall() {}

  /**
   * Calls a C function of up to eight word-sized arguments.
   *
   * <p>Pointers, integers of up to 64 bits and booleans each travel in one machine word under the
   * calling conventions of x86-64 (System V and Windows) and AArch64, and the callee ignores words
   * that it has no parameter for. So one linked handle serves every such function; linking one per
   * signature costs 4 to 5 ms each. Not for floating-point or structure arguments.
   *
   * <p>Nothing keeps the memory behind an address alive during the call: the caller does.
   *
   * @return the result register; a narrower result must be cast, a void function's is meaningless
   */
  public static long words(
      MemorySegment function, long a, long b, long c, long d, long e, long f, long g, long h) {
    try {
      return (long) Words.CALL.invokeExact(function, a, b, c, d, e, f, g, h);
    } catch (Throwable thrown) {
      throw rethrow(thrown);
    }
  }

  /** Linked on first use. */
  private static final class Words {
    private static final MethodHandle CALL =
        Linker.nativeLinker()
            .downcallHandle(
                FunctionDescriptor.of(
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                    JAVA_LONG, JAVA_LONG));

    private Words() {}
  }

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
