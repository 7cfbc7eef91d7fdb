package io.github.npu4j.internal.ffm;

import io.github.npu4j.error.RuntimeMissingException;
import io.github.npu4j.internal.access.NativeAccess;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;

/** Native libraries of the process, each loaded once and never unloaded. */
@SuppressWarnings("restricted") // this room is where native access is used
public final class NativeLibraries {

  /** POSIX: resolve every symbol at once. The value is that of Linux and macOS. */
  private static final int RTLD_NOW = 2;

  /** POSIX: let every library loaded later find the symbols. The value is that of Linux. */
  private static final int RTLD_GLOBAL = 0x100;

  private static boolean unwinderSettled;

  private static final ConcurrentHashMap<Path, SymbolLookup> LOADED = new ConcurrentHashMap<>();

  private NativeLibraries() {}

  /**
   * Loads a library, or returns it if this process has it from the same path.
   *
   * @throws RuntimeMissingException if the file is absent or the system's loader refuses it, or
   *     Java denies native access
   */
  public static SymbolLookup load(Path library) {
    NativeAccess.require();
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
   * Puts GCC's unwinder into the process's global scope before any library can bring another one.
   *
   * <p>Qualcomm's libraries for Linux bring LLVM's {@code libunwind} and need {@code libgcc_s} too.
   * The latter looks up even its own functions in the scope of whoever loaded it, so the two
   * unwinders get mixed, and the first C++ exception in any library of the process, such as ONNX
   * Runtime's for a bad model, ends the VM. With all its symbols bound at once, and first in every
   * scope, there is one unwinder for all.
   */
  private static synchronized void settleUnwinder() {
    if (unwinderSettled) {
      return;
    }
    unwinderSettled = true;
    // Without it, there is nothing to mix: another system, or libraries that bring their own.
    SystemLoader.find().ifPresent(loader -> loader.open("libgcc_s.so.1", RTLD_NOW | RTLD_GLOBAL));
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
   * Asks {@code dlopen} once more, only to get from {@code dlerror} what the JDK does not pass on:
   * the dependency that is missing, the architecture or the glibc that does not fit.
   */
  private static String loadersWords(Path path) {
    return SystemLoader.find()
        .map(loader ->
            loader.open(path.toString(), RTLD_NOW)
                ? "the system's loader refused it at first"
                : loader.error())
        .orElse(
            "the system's loader refuses it; a library it needs is missing, or it was built for"
                + " another processor architecture");
  }
}
