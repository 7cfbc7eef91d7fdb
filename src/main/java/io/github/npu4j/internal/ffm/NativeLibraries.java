package io.github.npu4j.internal.ffm;

import io.github.npu4j.error.RuntimeMissingException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;

/** Native libraries of the process, each loaded once and never unloaded. */
@SuppressWarnings("restricted") // this room is where native access is asked for
public final class NativeLibraries {

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

  private static SymbolLookup loadNow(Path path) {
    try {
      return SymbolLookup.libraryLookup(path, Arena.global());
    } catch (IllegalArgumentException refused) {
      throw new RuntimeMissingException(
          "can't load " + path,
          Files.exists(path) ? String.valueOf(refused.getMessage()) : "the file does not exist",
          "Run npu4j doctor to see which libraries are missing.",
          refused);
    }
  }
}
