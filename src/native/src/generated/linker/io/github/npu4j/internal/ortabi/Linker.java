package io.github.npu4j.internal.ortabi;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.HashMap;
import java.util.Map;

/**
 * Stands in for {@code java.lang.foreign.Linker} in the generated classes of this package, so that
 * one and the same class file works on Linux and on Windows.
 *
 * <p>jextract writes a constant for C's {@code long} into every header class, with the width it has
 * where jextract ran; casting Windows' 32-bit layout to it would make the class fail to initialise.
 * No declaration of ours uses {@code long}, so its width does not matter: here it always has 64
 * bits. The generated sources import {@code java.lang.foreign.*} on demand, and a class of the same
 * package comes before that.
 *
 * <p>The function types generated here are callbacks: C calls them, Java never does. Linking the
 * other direction, as jextract's classes do when they initialise, would cost milliseconds for
 * nothing, so it is left out.
 */
final class Linker {

  private static final java.lang.foreign.Linker NATIVE = java.lang.foreign.Linker.nativeLinker();

  private static final Linker PORTABLE = new Linker();

  private static final MethodHandle UNLINKED = MethodHandles.constant(Object.class, null);

  private final Map<String, MemoryLayout> layouts;

  private Linker() {
    layouts = new HashMap<>(NATIVE.canonicalLayouts());
    layouts.put("long", ValueLayout.JAVA_LONG);
  }

  static Linker nativeLinker() {
    return PORTABLE;
  }

  Map<String, MemoryLayout> canonicalLayouts() {
    return layouts;
  }

  SymbolLookup defaultLookup() {
    return NATIVE.defaultLookup();
  }

  /** Returns what can't be called: no class of this package calls its function from Java. */
  MethodHandle downcallHandle(FunctionDescriptor descriptor) {
    return UNLINKED;
  }

  MemorySegment upcallStub(MethodHandle target, FunctionDescriptor descriptor, Arena arena) {
    return NATIVE.upcallStub(target, descriptor, arena);
  }
}
