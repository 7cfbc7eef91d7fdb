package io.github.npu4j.internal.ffm;

import io.github.npu4j.error.RuntimeMissingException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Native libraries of the process, each loaded once and never unloaded. */
@SuppressWarnings("restricted") // this room is where native access is asked for
public final class NativeLibraries {

  /** POSIX: resolve every symbol at once. The value is that of Linux and macOS. */
  private static final int RTLD_NOW = 2;

  private static final AtomicBoolean UNWINDER_SETTLED = new AtomicBoolean();

  private static final ConcurrentHashMap<Path, SymbolLookup> LOADED = new ConcurrentHashMap<>();

  private NativeLibraries() {}

  /**
   * Loads a library, or returns it if this process has it from the same path.
   *
   * @throws RuntimeMissingException if the file is absent or the system's loader refuses it
   * @throws IllegalCallerException if native access is denied to this code
   */
  public static SymbolLookup load(Path library) {
    Path path = library.toAbsolutePath().normalize();
    return LOADED.computeIfAbsent(path, NativeLibraries::loadNow);
  }

  /**
   * Returns the address of an exported function.
   *
   * @throws RuntimeMissingException if the library has no such export
   */
  public static MemorySegment require(SymbolLookup lookup, String symbol, Path library) {
    return lookup
        .find(symbol)
        .orElseThrow(() ->
            new RuntimeMissingException(
                "can't use " + library,
                "it does not export " + symbol,
                "It is another library, or of another version; run npu4j doctor."));
  }

  /**
   * Loads GCC's unwinder before any library can bring another one into its scope.
   *
   * <p>Qualcomm's libraries for Linux bring LLVM's {@code libunwind} and then need {@code
   * libgcc_s}. Where they are the first to load the latter, it looks up even its own functions
   * among theirs, the two unwinders get mixed, and the first C++ exception in any library of the
   * process, such as ONNX Runtime's for a bad model, ends the VM. A library that is loaded by
   * itself looks in itself first.
   */
  private static void settleUnwinder() {
    if (!UNWINDER_SETTLED.compareAndSet(false, true)) {
      return;
    }
    try {
      SymbolLookup.libraryLookup("libgcc_s.so.1", Arena.global());
    } catch (IllegalArgumentException absent) {
      // Another operating system, or a Linux whose libraries bring their own: nothing to mix.
    }
  }

  private static SymbolLookup loadNow(Path path) {
    settleUnwinder();
    try {
      return SymbolLookup.libraryLookup(path, Arena.global());
    } catch (IllegalArgumentException refused) {
      throw new RuntimeMissingException(
          "can't load " + path,
          Files.exists(path) ? loadersWords(path) : "the file does not exist",
          "Run npu4j doctor to see which libraries are missing.",
          refused);
    }
  }

  /**
   * Asks {@code dlopen} once more, only to hear from {@code dlerror} what the JDK does not pass on:
   * the dependency that is missing, the architecture or the glibc that does not fit.
   */
  private static String loadersWords(Path path) {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> dlopen = linker.defaultLookup().find("dlopen");
    Optional<MemorySegment> dlerror = linker.defaultLookup().find("dlerror");
    if (dlopen.isEmpty() || dlerror.isEmpty()) {
      return "the system's loader refuses it; a library it needs is missing, or it was built for"
          + " another processor architecture";
    }
    try (Arena scratch = Arena.ofConfined()) {
      MethodHandle open =
          Downcall.at(
              dlopen.get(),
              FunctionDescriptor.of(
                  ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
      MethodHandle error = Downcall.at(dlerror.get(), FunctionDescriptor.of(ValueLayout.ADDRESS));
      MemorySegment handle =
          (MemorySegment) open.invokeExact(scratch.allocateFrom(path.toString()), RTLD_NOW);
      return handle.address() == 0
          ? CStrings.read((MemorySegment) error.invokeExact())
          : "the system's loader refused it at first";
    } catch (Throwable thrown) {
      throw Downcall.rethrow(thrown);
    }
  }
}
