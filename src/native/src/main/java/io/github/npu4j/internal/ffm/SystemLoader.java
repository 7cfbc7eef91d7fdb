package io.github.npu4j.internal.ffm;

import io.github.npu4j.internal.access.NativeAccess;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** POSIX's {@code dlopen} and {@code dlerror}, for what the JDK's own loading can't do or say. */
final class SystemLoader {

  private final MemorySegment dlopen;
  private final MemorySegment dlerror;

  private SystemLoader(MemorySegment dlopen, MemorySegment dlerror) {
    this.dlopen = dlopen;
    this.dlerror = dlerror;
  }

  /** Returns the loader, or empty where the system has none of that kind, as on Windows. */
  static Optional<SystemLoader> find() {
    NativeAccess.require();
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find("dlopen")
        .flatMap(open ->
            linker.defaultLookup().find("dlerror").map(error -> new SystemLoader(open, error)));
  }

  /**
   * Loads a library for the rest of the process.
   *
   * @param library a path, or a name to be searched for
   * @param mode the flags of {@code dlopen}
   * @return whether it was loaded; if not, {@link #error()} says why
   */
  boolean open(String library, int mode) {
    try (Arena scratch = Arena.ofConfined()) {
      return Downcall.words(dlopen, scratch.allocateFrom(library).address(), mode, 0, 0, 0, 0, 0, 0)
          != 0;
    }
  }

  /** Returns what the last failure on this thread was. */
  String error() {
    return CStrings.read(MemorySegment.ofAddress(Downcall.words(dlerror, 0, 0, 0, 0, 0, 0, 0, 0)));
  }
}
