package io.github.npu4j.qnn;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a platform keeps the library of its RPC allocator.
 *
 * <p>Windows puts it beside the NPU's driver, in a folder of the driver store whose name changes
 * with each driver; the service that runs the driver knows the folder. The search path is not
 * asked: what lies there need not belong to the driver.
 */
final class RpcLibrary {

  private static final String SERVICE = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\qcnspmcdm";

  private static final Pattern IMAGE_PATH =
      Pattern.compile("ImagePath\\s+REG_(?:EXPAND_)?SZ\\s+(.+?)\\s*$", Pattern.MULTILINE);

  private static final List<Path> LINUX =
      List.of(
          Path.of("/usr/lib/aarch64-linux-gnu/libcdsprpc.so"),
          Path.of("/usr/lib/aarch64-linux-gnu/libcdsprpc.so.1"),
          Path.of("/usr/lib/libcdsprpc.so"),
          Path.of("/usr/lib/libcdsprpc.so.1"),
          Path.of("/vendor/lib64/libcdsprpc.so"));

  private RpcLibrary() {}

  /** Returns the places to look, the likeliest first; none if this platform can have none. */
  static List<Path> candidates() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    if (system.startsWith("windows")) {
      return driverFolder(queryService(), System.getenv("SystemRoot"))
          .map(folder -> List.of(folder.resolve("libcdsprpc.dll")))
          .orElse(List.of());
    }
    return system.startsWith("linux") ? LINUX : List.of();
  }

  /**
   * Finds the driver's folder in what the registry tool prints of the service.
   *
   * @param printed the tool's output
   * @param systemRoot the Windows folder, such as {@code C:\Windows}
   */
  static Optional<Path> driverFolder(String printed, String systemRoot) {
    Matcher found = IMAGE_PATH.matcher(printed);
    if (!found.find()) {
      return Optional.empty();
    }
    String driver = found.group(1).replace("\"", "");
    String lower = driver.toLowerCase(Locale.ROOT);
    if (lower.startsWith("\\systemroot\\")) {
      driver = systemRoot + driver.substring("\\systemroot".length());
    } else if (lower.startsWith("%systemroot%")) {
      driver = systemRoot + driver.substring("%systemroot%".length());
    } else if (lower.startsWith("system32\\")) {
      driver = systemRoot + "\\" + driver;
    } else if (lower.startsWith("\\??\\")) {
      driver = driver.substring("\\??\\".length());
    }
    int end = driver.lastIndexOf('\\');
    return end < 0 ? Optional.empty() : Optional.of(Path.of(driver.substring(0, end)));
  }

  private static String queryService() {
    String root = System.getenv().getOrDefault("SystemRoot", "C:\\Windows");
    try {
      Process tool =
          new ProcessBuilder(root + "\\System32\\reg.exe", "query", SERVICE, "/v", "ImagePath")
              .redirectErrorStream(true)
              .start();
      try (var output = tool.getInputStream()) {
        String printed = new String(output.readAllBytes(), Charset.defaultCharset());
        return tool.waitFor(10, TimeUnit.SECONDS) ? printed : "";
      }
    } catch (IOException noTool) {
      return "";
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
