package io.github.npu4j.internal.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** POSIX's {@code dlopen} and {@code dlerror}, for what the JDK's own loading can't do or say. */
@SuppressWarnings("restricted") // this room is where native access is asked for
final class SystemLoader {

  private final MethodHandle dlopen;
  private final MethodHandle dlerror;

  private SystemLoader(MemorySegment dlopen, MemorySegment dlerror) {
    this.dlopen =
        Downcall.at(
            dlopen,
            FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    this.dlerror = Downcall.at(dlerror, FunctionDescriptor.of(ValueLayout.ADDRESS));
  }

  /** Returns the loader, or empty where the system has none of that kind, as on Windows. */
  static Optional<SystemLoader> find() {
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
      MemorySegment handle =
          (MemorySegment) dlopen.invokeExact(scratch.allocateFrom(library), mode);
      return handle.address() != 0;
    } catch (Throwable thrown) {
      throw Downcall.rethrow(thrown);
    }
  }

  /** Returns what the last failure on this thread was. */
  String error() {
    try {
      return CStrings.read((MemorySegment) dlerror.invokeExact());
    } catch (Throwable thrown) {
      throw Downcall.rethrow(thrown);
    }
  }
}
