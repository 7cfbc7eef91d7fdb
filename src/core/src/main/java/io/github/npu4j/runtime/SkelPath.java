package io.github.npu4j.runtime;

import io.github.npu4j.internal.ffm.Downcall;
import io.github.npu4j.runtime.libraries.WindowsProcess;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The variable by which FastRPC finds the libraries that run on the NPU's own processor. It looks
 * there and in fixed folders, but not beside the HTP library.
 */
@SuppressWarnings("restricted") // the C library sets what Java can only read
final class SkelPath {

  static final String VARIABLE = "ADSP_LIBRARY_PATH";

  /** FastRPC separates folders by a semicolon on every system. */
  private static final String SEPARATOR = ";";

  private SkelPath() {}

  /**
   * Puts a folder first in the variable; returns the new value, or {@code null} if it was there.
   */
  static @Nullable String announce(Platform platform, Path folder, @Nullable String before) {
    String value = with(folder, before);
    if (value.equals(before)) {
      return null;
    }
    if (platform.os() == Platform.Os.WINDOWS) {
      WindowsProcess.setEnvironment(VARIABLE, value);
    } else {
      setenv(VARIABLE, value);
    }
    return value;
  }

  static String with(Path folder, @Nullable String before) {
    if (before == null || before.isEmpty()) {
      return folder.toString();
    }
    boolean there = Arrays.asList(before.split(SEPARATOR)).contains(folder.toString());
    return there ? before : folder + SEPARATOR + before;
  }

  private static void setenv(String variable, String value) {
    MemorySegment function = Linker.nativeLinker().defaultLookup().find("setenv").orElseThrow();
    MethodHandle setenv =
        Downcall.at(
            function,
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    try (Arena scratch = Arena.ofConfined()) {
      int overwrite = 1;
      int code =
          (int)
              setenv.invokeExact(
                  scratch.allocateFrom(variable), scratch.allocateFrom(value), overwrite);
      if (code != 0) {
        throw new IllegalStateException("setenv of " + variable + " failed");
      }
    } catch (Throwable thrown) {
      throw Downcall.rethrow(thrown);
    }
  }
}
