package io.github.npu4j.internal.ffm;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.github.npu4j.internal.access.NativeAccess;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Method handles for C functions that are reached through a pointer. */
@SuppressWarnings("restricted") // this room is where native access is used
public final class Downcall {

  /** How many segments {@link #holding} takes. */
  public static final int HELD = 4;

  private Downcall() {}

  /**
   * Calls a C function of up to eight word-sized arguments.
   *
   * <p>Pointers, integers of up to 64 bits and booleans each travel in one machine word under the
   * calling conventions of x86-64 (System V and Windows) and AArch64, and the callee ignores words
   * that it has no parameter for. So one linked handle serves every such function, that of {@link
   * #holding} with nothing to hold; linking one per signature costs 4 to 5 ms each, and the words
   * too many cost nothing that can be measured. Not for floating-point or structure arguments.
   *
   * <p>Nothing keeps the memory behind an address alive during the call: the caller does.
   *
   * @return the result register; a narrower result must be cast, a void function's is meaningless
   */
  public static long words(
      MemorySegment function, long a, long b, long c, long d, long e, long f, long g, long h) {
    try {
      return (long)
          Holding.CALL.invokeExact(function, a, b, c, d, e, f, g, h, NULL, NULL, NULL, NULL);
    } catch (Throwable thrown) {
      throw rethrow(thrown);
    }
  }

  /**
   * Calls a C function as {@link #words} does, while the arenas of {@link #HELD} segments are held
   * open: their addresses are passed as further words, which the callee ignores.
   *
   * @param held exactly this many segments; {@link MemorySegment#NULL} holds nothing
   * @throws IllegalStateException if one of the segments' arenas is closed
   * @throws WrongThreadException if one belongs to another thread's confined arena
   */
  public static long holding(
      MemorySegment function,
      long a,
      long b,
      long c,
      long d,
      long e,
      long f,
      long g,
      long h,
      MemorySegment[] held) {
    try {
      return (long)
          Holding.CALL.invokeExact(
              function, a, b, c, d, e, f, g, h, held[0], held[1], held[2], held[3]);
    } catch (Throwable thrown) {
      throw rethrow(thrown);
    }
  }

  /** Linked on first use. */
  private static final class Holding {
    private static final MethodHandle CALL =
        Linker.nativeLinker()
            .downcallHandle(
                FunctionDescriptor.of(
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                    JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, ADDRESS));

    private Holding() {}
  }

  /** Calls a C function of up to ten word-sized arguments, as {@link #words} does. */
  public static long words(
      MemorySegment function,
      long a,
      long b,
      long c,
      long d,
      long e,
      long f,
      long g,
      long h,
      long i,
      long j) {
    try {
      return (long) MoreWords.CALL.invokeExact(function, a, b, c, d, e, f, g, h, i, j);
    } catch (Throwable thrown) {
      throw rethrow(thrown);
    }
  }

  /** Linked on first use. */
  private static final class MoreWords {
    private static final MethodHandle CALL =
        Linker.nativeLinker()
            .downcallHandle(
                FunctionDescriptor.of(
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));

    private MoreWords() {}
  }

  /**
   * Returns a handle that calls the function at an address.
   *
   * @throws IllegalArgumentException if the pointer is {@code NULL}
   * @throws io.github.npu4j.error.RuntimeMissingException if Java denies native access
   */
  public static MethodHandle at(
      MemorySegment function, FunctionDescriptor descriptor, Linker.Option... options) {
    NativeAccess.require();
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
