package io.github.npu4j.cli.ship;

import io.github.npu4j.compile.CompiledContext;
import io.github.npu4j.compile.CompiledModel;
import io.github.npu4j.parity.ParityReport;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What was compiled, and how its answers compare with the CPU's. Its JSON is read by programs: a
 * component here is a field there.
 *
 * @param parity {@code null} where nothing was compared
 */
record CompileReport(Path folder, List<Context> contexts, @Nullable ParityReport parity) {

  /** A context binary. */
  record Context(
      String soc,
      String name,
      Path file,
      long bytes,
      int graphs,
      boolean sharedWeights,
      boolean cached,
      double compileMillis) {}

  /** Returns the report; a comparison of nothing is none. */
  static CompileReport of(CompiledModel model, @Nullable ParityReport parity) {
    return new CompileReport(
        model.folder().path(),
        model.contexts().stream().map(context -> row(model, context)).toList(),
        parity == null || parity.comparisons().isEmpty() ? null : parity);
  }

  private static Context row(CompiledModel model, CompiledContext context) {
    return new Context(
        context.soc().name(),
        context.name(),
        model.file(context),
        context.manifest().digest().size(),
        context.manifest().graphs().size(),
        context.manifest().sharedWeights(),
        context.cached(),
        context.took().toNanos() / 1e6);
  }

  /** Returns whether no comparison failed. */
  boolean isWithinTolerances() {
    return parity == null || parity.isWithinTolerances();
  }

  void print(PrintStream out) {
    for (Context row : contexts) {
      out.printf(
          Locale.ROOT,
          "%-10s %-10s %8.1f MB  %-20s %s%n",
          row.soc,
          row.name,
          row.bytes / 1e6,
          row.cached
              ? "compiled before"
              : String.format(Locale.ROOT, "%.1f s", row.compileMillis / 1e3),
          row.file);
    }
    if (parity != null) {
      ParityTable.print(out, parity);
    }
  }
}
