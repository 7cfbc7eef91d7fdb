package io.github.npu4j.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Times the initialisation of the generated classes in a new virtual machine.
 *
 * <p>Arguments: the case, and a file with the names of the classes that a first run initialises, in
 * its order, one a line. What the JDK itself charges for a first foreign call comes before and is a
 * series of its own.
 */
final class FirstUse {
  private FirstUse() {}

  /** Prints two series of one sample each. */
  public static void main(String[] arguments) throws Throwable {
    Iterable<String> names = Files.readAllLines(Path.of(arguments[1]));
    long start = System.nanoTime();
    callOnce();
    long called = System.nanoTime();
    for (String name : names) {
      Class.forName(name);
    }
    long initialised = System.nanoTime();
    Lines.print("FirstUse", arguments[0], "jdk", "ms", (called - start) / 1e6);
    Lines.print("FirstUse", arguments[0], "abi", "ms", (initialised - called) / 1e6);
  }

  /** A foreign call with what every binding needs: a symbol, a pointer, memory, an answer. */
  private static void callOnce() throws Throwable {
    Linker linker = Linker.nativeLinker();
    MethodHandle strlen =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("strlen"),
            FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment text = scratch.allocateFrom("npu4j");
      long length = (long) strlen.invokeExact(text);
      if (length != 5) {
        throw new IllegalStateException("strlen answered " + length);
      }
    }
  }
}
