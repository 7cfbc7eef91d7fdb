package io.github.npu4j.cli.installed;

import io.github.npu4j.store.Cache;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Entries of the cache, for people and as data. */
final class CacheTable {

  private static final double MEGABYTE = 1e6;

  /** One entry as the commands report it. */
  record Row(String section, String name, Path path, long bytes, String published) {}

  private CacheTable() {}

  static List<Row> rows(List<Cache.Entry> entries) {
    return entries.stream().map(CacheTable::row).toList();
  }

  private static Row row(Cache.Entry entry) {
    return new Row(
        entry.section().name().toLowerCase(Locale.ROOT),
        entry.name(),
        entry.path(),
        entry.bytes(),
        entry.published().toString());
  }

  static void print(PrintStream out, List<Row> rows) {
    for (Row row : rows) {
      out.printf(
          Locale.ROOT,
          "%-9s %-40s %9s  %s%n",
          row.section,
          row.name,
          megabytes(row.bytes),
          row.path);
    }
  }

  /** Returns a size as {@code 45.5 MB}. */
  static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f MB", bytes / MEGABYTE);
  }
}
