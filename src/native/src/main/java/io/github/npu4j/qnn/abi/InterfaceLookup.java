package io.github.npu4j.qnn.abi;

import io.github.npu4j.error.RuntimeMissingException;
import io.github.npu4j.internal.ffm.Downcall;
import io.github.npu4j.internal.ffm.NativeLibraries;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/** Finds the one interface table that each QNN library exports a function for. */
@SuppressWarnings("restricted") // the list is sized by the count the function returns
public final class InterfaceLookup {

  private InterfaceLookup() {}

  /** Returns the {@code QnnInterface_t} of a backend library. */
  public static MemorySegment ofBackend(Path library) {
    return first(library, "QnnInterface_getProviders");
  }

  /** Returns the {@code QnnSystemInterface_t} of a system library. */
  public static MemorySegment ofSystem(Path library) {
    return first(library, "QnnSystemInterface_getProviders");
  }

  private static MemorySegment first(Path library, String export) {
    SymbolLookup symbols = NativeLibraries.load(library);
    MemorySegment function = NativeLibraries.require(symbols, export, library);
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment list = scratch.allocate(ValueLayout.ADDRESS);
      MemorySegment count = scratch.allocate(ValueLayout.JAVA_INT);
      long answer = Downcall.words(function, list.address(), count.address(), 0, 0, 0, 0, 0, 0);
      if (answer != 0) {
        throw QnnFunctions.error(export, answer, "");
      }
      if (count.get(ValueLayout.JAVA_INT, 0) < 1) {
        throw new RuntimeMissingException(
            "can't use " + library,
            export + " lists no provider",
            "Install the runtime again: npu4j runtime install.");
      }
      return list.get(ValueLayout.ADDRESS, 0)
          .reinterpret(ValueLayout.ADDRESS.byteSize())
          .get(ValueLayout.ADDRESS, 0);
    }
  }
}
