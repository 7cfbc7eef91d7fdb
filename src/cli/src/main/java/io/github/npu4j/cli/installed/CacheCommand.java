package io.github.npu4j.cli.installed;

import io.github.npu4j.cli.console.Console;
import io.github.npu4j.cli.console.ExitCode;
import io.github.npu4j.cli.console.Report;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.store.Cache;
import io.github.npu4j.store.Cache.Section;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "cache",
    description = "List what npu4j keeps on disk, and remove what was compiled.",
    synopsisSubcommandLabel = "(list | clean)")
public final class CacheCommand implements Callable<Integer> {

  private final Console console;

  @Spec @Nullable CommandSpec spec;

  public CacheCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    throw new ParameterException(
        Objects.requireNonNull(spec).commandLine(), "name one of list, clean");
  }

  /** What the cache holds. */
  record Listing(Path folder, long freeBytes, List<CacheTable.Row> entries) {}

  @Command(
      name = "list",
      description = {
        "List runtimes, models and compiled files.",
        "Of what is made of single files of yours, the last used are kept: 8 models rewritten for "
            + "the CPU (prepared-...), 16 copies of context binaries (copy-...), and notes of 64 "
            + "that were found readable (looked-...)."
      })
  int list(@Mixin Report report) throws IOException {
    Cache cache = Cache.standard();
    List<Cache.Entry> entries = new ArrayList<>();
    for (Section section : Section.values()) {
      entries.addAll(cache.list(section));
    }
    List<CacheTable.Row> rows = CacheTable.rows(entries);
    Listing listing = new Listing(cache.root(), cache.freeBytes(), rows);
    report.print(
        console,
        listing,
        out -> {
          CacheTable.print(out, rows);
          long bytes = rows.stream().mapToLong(CacheTable.Row::bytes).sum();
          out.println(
              CacheTable.megabytes(bytes)
                  + " in "
                  + listing.folder
                  + ", "
                  + CacheTable.megabytes(listing.freeBytes)
                  + " free");
        });
    return ExitCode.DONE;
  }

  /** What was removed. */
  record Removed(List<String> removed, long bytes) {}

  @Command(
      name = "clean",
      description = "Remove compiled files; they are compiled again when they are needed.")
  int clean(
      @Parameters(
              arity = "0..*",
              paramLabel = "NAME",
              description = "Which, as cache list shows them; all by default.")
          @Nullable List<String> names,
      @Mixin Report report)
      throws IOException {
    Cache cache = Cache.standard();
    List<Cache.Entry> all = cache.list(Section.COMPILED);
    List<Cache.Entry> chosen =
        names == null ? all : all.stream().filter(e -> names.contains(e.name())).toList();
    requireKnown(names == null ? List.of() : names, chosen);
    long bytes = 0;
    for (Cache.Entry entry : chosen) {
      if (cache.remove(Section.COMPILED, entry.name())) {
        bytes += entry.bytes();
      }
    }
    Removed removed = new Removed(chosen.stream().map(Cache.Entry::name).toList(), bytes);
    report.print(
        console,
        removed,
        out ->
            out.println(
                "removed "
                    + removed.removed.size()
                    + " compiled models, "
                    + CacheTable.megabytes(removed.bytes)));
    return ExitCode.DONE;
  }

  private static void requireKnown(List<String> names, List<Cache.Entry> chosen) {
    for (String name : names) {
      if (chosen.stream().noneMatch(entry -> entry.name().equals(name))) {
        throw new ModelMissingException(
            "there is no compiled model " + name, "", "npu4j cache list shows them.");
      }
    }
  }
}
