package io.github.npu4j.report;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The machine and the Java VM that something was measured on; nothing that tells whose it is.
 *
 * @param system operating system, its version, and the architecture the VM runs as
 * @param processor what the processor calls itself
 * @param processors how many the VM may use
 * @param memoryBytes the machine's memory
 * @param java version and name of the VM
 */
public record HostInfo(
    String system, String processor, int processors, long memoryBytes, String java) {

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /** Returns this machine and this VM. */
  public static HostInfo here() {
    long memory =
        ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
            ? system.getTotalMemorySize()
            : 0;
    return new HostInfo(
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"),
        processorName(),
        Runtime.getRuntime().availableProcessors(),
        memory,
        Runtime.version() + " " + System.getProperty("java.vm.name"));
  }

  private static String processorName() {
    String windows = System.getenv("PROCESSOR_IDENTIFIER");
    if (windows != null) {
      return windows;
    }
    try (Stream<String> lines = Files.lines(CPU_INFO)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException | RuntimeException unreadable) {
      return "unknown";
    }
  }
}
