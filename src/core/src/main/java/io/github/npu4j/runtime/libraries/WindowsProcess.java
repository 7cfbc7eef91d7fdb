package io.github.npu4j.runtime.libraries;

import io.github.npu4j.internal.ffm.Downcall;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/** What Windows knows of this process, by kernel32 and the C runtime. */
@SuppressWarnings("restricted") // kernel32 is asked what Java does not tell
public final class WindowsProcess {

  /** {@code IMAGE_FILE_MACHINE_AMD64} of winnt.h. */
  public static final int MACHINE_AMD64 = 0x8664;

  /** {@code IMAGE_FILE_MACHINE_ARM64} of winnt.h. */
  public static final int MACHINE_ARM64 = 0xAA64;

  /** The longest path that the file name of a module can have, in UTF-16 units. */
  private static final int LONGEST_PATH = 32768;

  private WindowsProcess() {}

  /**
   * Returns the machine type of the CPU that is built in, by {@code IsWow64Process2}; empty where
   * that is unknown.
   */
  public static OptionalInt machine() {
    try (Arena scratch = Arena.ofConfined()) {
      Optional<MemorySegment> function = kernel32("IsWow64Process2");
      if (function.isEmpty()) {
        return OptionalInt.empty(); // Windows before 10.1511
      }
      MethodHandle call =
          Downcall.at(
              function.get(),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.ADDRESS,
                  ValueLayout.ADDRESS,
                  ValueLayout.ADDRESS));
      MemorySegment process = scratch.allocate(ValueLayout.JAVA_SHORT);
      MemorySegment machine = scratch.allocate(ValueLayout.JAVA_SHORT);
      MemorySegment self = MemorySegment.ofAddress(-1); // GetCurrentProcess() is this constant
      if ((int) call.invokeExact(self, process, machine) == 0) {
        return OptionalInt.empty();
      }
      return OptionalInt.of(Short.toUnsignedInt(machine.get(ValueLayout.JAVA_SHORT, 0)));
    } catch (IllegalCallerException denied) {
      return OptionalInt.empty(); // native access is refused: doctor tells, the VM's CPU will do
    } catch (Throwable thrown) {
      throw Downcall.rethrow(thrown);
    }
  }

  /** Returns the file of a loaded module, by {@code GetModuleHandleW}. */
  public static Optional<Path> module(String fileName) {
    try (Arena scratch = Arena.ofConfined()) {
      MethodHandle handleOf =
          Downcall.at(
              kernel32("GetModuleHandleW").orElseThrow(),
              FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS));
      MethodHandle fileOf =
          Downcall.at(
              kernel32("GetModuleFileNameW").orElseThrow(),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.ADDRESS,
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_INT));
      MemorySegment name = scratch.allocateFrom(fileName, StandardCharsets.UTF_16LE);
      MemorySegment module = (MemorySegment) handleOf.invokeExact(name);
      if (module.address() == 0) {
        return Optional.empty();
      }
      MemorySegment path = scratch.allocate(ValueLayout.JAVA_CHAR, LONGEST_PATH);
      int length = (int) fileOf.invokeExact(module, path, LONGEST_PATH);
      byte[] text = path.asSlice(0, 2L * length).toArray(ValueLayout.JAVA_BYTE);
      return Optional.of(Path.of(new String(text, StandardCharsets.UTF_16LE)));
    } catch (Throwable thrown) {
      throw Downcall.rethrow(thrown);
    }
  }

  /** Sets a variable for native code, by {@code _wputenv_s} of the C runtime. */
  public static void setEnvironment(String variable, String value) {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment function =
          SymbolLookup.libraryLookup("ucrtbase.dll", Arena.global())
              .find("_wputenv_s")
              .orElseThrow();
      MethodHandle call =
          Downcall.at(
              function,
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
      int code =
          (int)
              call.invokeExact(
                  scratch.allocateFrom(variable, StandardCharsets.UTF_16LE),
                  scratch.allocateFrom(value, StandardCharsets.UTF_16LE));
      if (code != 0) {
        throw new IllegalStateException("_wputenv_s of " + variable + " failed with " + code);
      }
    } catch (Throwable thrown) {
      throw Downcall.rethrow(thrown);
    }
  }

  private static Optional<MemorySegment> kernel32(String symbol) {
    return SymbolLookup.libraryLookup("kernel32.dll", Arena.global()).find(symbol);
  }
}
