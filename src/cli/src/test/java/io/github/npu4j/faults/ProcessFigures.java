package io.github.npu4j.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What a Linux process holds of the system.
 *
 * @param residentKb resident memory in KiB
 * @param descriptors open file descriptors
 * @param threads threads of the operating system
 * @param mappings mapped ranges of memory
 */
record ProcessFigures(long residentKb, long descriptors, long threads, long mappings) {

  /** What resident memory may rise by between two quarters, for allocators keep what was freed. */
  private static final double MORE_MEMORY = 1.05;

  /** Threads that clean up come and go: so many more may be seen at the highest. */
  private static final int MORE = 8;

  /** Looks at this process. */
  static ProcessFigures now() throws IOException {
    Path self = Path.of("/proc/self");
    long resident =
        Files.readAllLines(self.resolve("status")).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
            .findFirst()
            .orElseThrow();
    return new ProcessFigures(
        resident,
        count(self.resolve("fd")),
        count(self.resolve("task")),
        Files.readAllLines(self.resolve("maps")).size());
  }

  private static long count(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.count();
    }
  }

  /** Returns the lowest and the highest of each figure. */
  static String range(List<ProcessFigures> samples) {
    return range("resident MB", samples, s -> s.residentKb / 1024)
        + range(", descriptors", samples, ProcessFigures::descriptors)
        + range(", threads", samples, ProcessFigures::threads)
        + range(", mappings", samples, ProcessFigures::mappings);
  }

  private static String range(
      String name, List<ProcessFigures> samples, ToLongFunction<ProcessFigures> figure) {
    LongStream.Builder values = LongStream.builder();
    samples.forEach(sample -> values.add(figure.applyAsLong(sample)));
    var all = values.build().summaryStatistics();
    return name + " " + all.getMin() + " to " + all.getMax();
  }

  /** Returns which figures were higher in the last quarter of the samples than in the third. */
  static List<String> leaks(List<ProcessFigures> samples) {
    int half = samples.size() / 2;
    int last = half + (samples.size() - half) / 2;
    List<ProcessFigures> third = samples.subList(half, last);
    List<ProcessFigures> fourth = samples.subList(last, samples.size());
    List<String> leaks = new ArrayList<>();
    if (mean(fourth, ProcessFigures::residentKb)
        > MORE_MEMORY * mean(third, ProcessFigures::residentKb)) {
      leaks.add("resident memory rises");
    }
    if (mean(fourth, ProcessFigures::descriptors)
        > mean(third, ProcessFigures::descriptors) + MORE) {
      leaks.add("descriptors rise");
    }
    if (mean(fourth, ProcessFigures::threads) > mean(third, ProcessFigures::threads) + MORE) {
      leaks.add("threads rise");
    }
    return leaks;
  }

  private static double mean(List<ProcessFigures> samples, ToLongFunction<ProcessFigures> figure) {
    return samples.stream().mapToLong(figure).average().orElse(0);
  }

  @Override
  public String toString() {
    return residentKb / 1024 + " MB, " + descriptors + " fds, " + threads + " threads, " + mappings;
  }
}
