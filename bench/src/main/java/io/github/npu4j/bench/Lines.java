package io.github.npu4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The JSON lines that a child process leaves for the report. */
final class Lines {
  private Lines() {}

  /** Prints one series; the names come from this program and need no escapes. */
  static void print(String benchmark, String subject, String rival, String unit, double... samples) {
    System.out.println(
        "{\"benchmark\":\"%s\",\"case\":\"%s\",\"rival\":\"%s\",\"unit\":\"%s\",\"samples\":%s}"
            .formatted(benchmark, subject, rival, unit, Arrays.toString(samples)));
  }

  /** Highest resident memory of this process so far, in MB (MiB); Linux only. */
  static double peakResidentMegabytes() throws IOException {
    return megabytes("VmHWM:");
  }

  /** Resident memory of this process now, in MB (MiB); Linux only. */
  static double residentMegabytes() throws IOException {
    return megabytes("VmRSS:");
  }

  private static double megabytes(String field) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith(field)) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
      }
    }
    throw new IOException("/proc/self/status has no " + field);
  }
}
