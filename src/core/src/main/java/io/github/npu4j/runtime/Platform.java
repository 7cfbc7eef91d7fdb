package io.github.npu4j.runtime;

import io.github.npu4j.runtime.libraries.WindowsProcess;
import java.util.Locale;
import java.util.Optional;

/**
 * The operating system and the CPU, of the Java VM and of the machine below it.
 *
 * <p>The two CPUs differ when an x64 VM runs on Windows on ARM64, which translates it. Such a VM
 * loads ARM64EC libraries and reaches the NPU; on a real x64 CPU the same HTP API is an emulator.
 *
 * @param os the operating system
 * @param vm the CPU that the VM's code, and so every library it loads, is for
 * @param machine the CPU that is built in
 */
public record Platform(Os os, Cpu vm, Cpu machine) {

  /** An operating system. */
  public enum Os {
    /** Linux with glibc. */
    LINUX,
    /** Windows 10 or newer. */
    WINDOWS,
    /** macOS: runs models on its CPU only. */
    MACOS,
    /** Any other. */
    OTHER;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A CPU architecture. */
  public enum Cpu {
    /** x86, 64 bits. */
    X64,
    /** ARM, 64 bits. */
    ARM64,
    /** Any other. */
    OTHER;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Makes the platform of a VM that runs on its own kind of CPU. */
  public Platform(Os os, Cpu cpu) {
    this(os, cpu, cpu);
  }

  /** Returns the platform of this process. */
  public static Platform current() {
    return Current.PLATFORM;
  }

  /**
   * Returns the platform of a name such as {@code linux-x64}.
   *
   * @return the platform, or empty if there is none of that name
   */
  public static Optional<Platform> named(String name) {
    for (Os os : Os.values()) {
      for (Cpu cpu : Cpu.values()) {
        Platform platform = new Platform(os, cpu);
        if (os != Os.OTHER && cpu != Cpu.OTHER && platform.name().equals(name)) {
          return Optional.of(platform);
        }
      }
    }
    return Optional.empty();
  }

  /** Returns the name that runtimes are kept under: {@code linux-x64}, by the VM's CPU. */
  public String name() {
    return os + "-" + vm;
  }

  /** Returns whether QNN's HTP library is an emulator here, as it is on every x64 machine. */
  public boolean emulatesHtp() {
    return machine == Cpu.X64;
  }

  /** Returns the file name of a library, such as {@code libQnnHtp.so} or {@code QnnHtp.dll}. */
  public String libraryFile(String library) {
    return switch (os) {
      case WINDOWS -> library + ".dll";
      case MACOS -> "lib" + library + ".dylib";
      case LINUX, OTHER -> "lib" + library + ".so";
    };
  }

  /** Returns the name, and the machine's CPU where it is another. */
  @Override
  public String toString() {
    return vm == machine ? name() : name() + " on " + machine;
  }

  static Os os(String name) {
    String os = name.toLowerCase(Locale.ROOT);
    if (os.startsWith("linux")) {
      return Os.LINUX;
    }
    if (os.startsWith("windows")) {
      return Os.WINDOWS;
    }
    return os.startsWith("mac") ? Os.MACOS : Os.OTHER;
  }

  static Cpu cpu(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "amd64", "x86_64", "x64" -> Cpu.X64;
      case "aarch64", "arm64" -> Cpu.ARM64;
      default -> Cpu.OTHER;
    };
  }

  private static final class Current {
    static final Platform PLATFORM = detect();

    private static Platform detect() {
      Os os = os(System.getProperty("os.name", ""));
      Cpu vm = cpu(System.getProperty("os.arch", ""));
      Cpu machine = os == Os.WINDOWS ? windowsCpu(vm) : vm;
      return new Platform(os, vm, machine);
    }

    /** An x64 VM runs on Windows for ARM64 too, emulated. */
    private static Cpu windowsCpu(Cpu vm) {
      return switch (WindowsProcess.machine().orElse(0)) {
        case WindowsProcess.MACHINE_AMD64 -> Cpu.X64;
        case WindowsProcess.MACHINE_ARM64 -> Cpu.ARM64;
        default -> vm;
      };
    }
  }
}
