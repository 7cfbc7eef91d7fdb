package io.github.npu4j.runtime.libraries;

import io.github.npu4j.internal.ffm.CStrings;
import io.github.npu4j.internal.ffm.Downcall;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/** The GNU C library of this process. */
public final class Glibc {

  private Glibc() {}

  /**
   * Returns its version, such as {@code 2.36}, by {@code gnu_get_libc_version}; empty where the C
   * library is another one.
   */
  public static Optional<String> version() {
    return Linker.nativeLinker()
        .defaultLookup()
        .find("gnu_get_libc_version")
        .map(function -> {
          try {
            return CStrings.read(
                (MemorySegment)
                    Downcall.at(function, FunctionDescriptor.of(ValueLayout.ADDRESS))
                        .invokeExact());
          } catch (Throwable thrown) {
            throw Downcall.rethrow(thrown);
          }
        });
  }
}
