package io.github.npu4j.internal.ffm;

import io.github.npu4j.internal.access.NativeAccess;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;

/** The process's environment variables as C libraries read them; Java has a copy of its own. */
public final class Environment {

  private Environment() {}

  /**
   * Keeps ONNX Runtime from sending events to its maker, unless the user has set its variable; to
   * be called before its environment is created.
   *
   * <p>Version 1.29 does so on Linux too. To describe the process it searches the command line by a
   * recursion, which from about 4 KB on, as class paths are, overflows a Java thread's stack and
   * ends the VM.
   *
   * @throws io.github.npu4j.error.RuntimeMissingException if Java denies native access
   */
  public static void refuseTelemetry() {
    setDefault("ORT_DISABLE_TELEMETRY", "1");
  }

  /**
   * Sets a variable that has no value yet ({@code setenv}). Does nothing on Windows, where each C
   * library has a copy too.
   */
  private static void setDefault(String name, String value) {
    NativeAccess.require();
    Linker.nativeLinker()
        .defaultLookup()
        .find("setenv")
        .ifPresent(setenv -> {
          try (Arena scratch = Arena.ofConfined()) {
            long nameAddress = scratch.allocateFrom(name).address();
            long valueAddress = scratch.allocateFrom(value).address();
            Downcall.words(setenv, nameAddress, valueAddress, 0, 0, 0, 0, 0, 0);
          }
        });
  }
}
