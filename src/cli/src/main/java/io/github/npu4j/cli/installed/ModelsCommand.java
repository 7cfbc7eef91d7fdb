package io.github.npu4j.cli.installed;

import io.github.npu4j.artifact.ModelDescription;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.artifact.VectorOutput;
import io.github.npu4j.catalog.CatalogModel;
import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.cli.console.Console;
import io.github.npu4j.cli.console.ExitCode;
import io.github.npu4j.cli.console.ProgressBars;
import io.github.npu4j.cli.console.Report;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "models",
    description = "List the models that are known by name, and bring them here.",
    synopsisSubcommandLabel = "(list | pull)")
public final class ModelsCommand implements Callable<Integer> {

  private final Console console;

  @Spec @Nullable CommandSpec spec;

  public ModelsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    throw new ParameterException(
        Objects.requireNonNull(spec).commandLine(), "name one of list, pull");
  }

  /** A model of the catalog; the path is null until it is pulled. */
  record Row(
      String name,
      String summary,
      boolean byDefault,
      @Nullable Path path,
      String coordinates,
      String pooling,
      int maximumLength,
      String queryPrefix,
      String passagePrefix,
      String licence) {}

  @Command(name = "list", description = "List the catalog, and which models are here.")
  int list(@Mixin Report report) {
    ModelCatalog catalog = ModelCatalog.standard();
    List<Row> rows = ModelCatalog.models().stream().map(model -> row(catalog, model)).toList();
    report.print(console, Map.of("models", rows), out -> print(out, rows));
    return ExitCode.DONE;
  }

  private static Row row(ModelCatalog catalog, CatalogModel model) {
    ModelDescription description = model.description();
    return new Row(
        model.name(),
        model.summary(),
        model.name().equals(ModelCatalog.defaultName()),
        catalog.installed(model.name()).map(ModelFolder::path).orElse(null),
        model.coordinates(),
        String.join(", ", VectorOutput.words(description.output().pooling())),
        description.maximumLength().orElse(0),
        description.prefixes().query(),
        description.prefixes().passage(),
        description.origin().licence());
  }

  private static void print(PrintStream out, List<Row> rows) {
    for (Row row : rows) {
      out.printf(
          Locale.ROOT,
          "%-10s %-52s %-10s %s%n",
          row.name,
          row.summary + (row.byDefault ? " (default)" : ""),
          row.licence,
          row.path == null ? "not here: npu4j models pull " + row.name : row.path);
    }
  }

  /** A model that is here now. */
  record Pulled(String name, Path path) {}

  @Command(
      name = "pull",
      description = {
        "Fetch models by your own Maven, check their SHA-256 and put them into the cache.",
        "Does nothing for those that are here."
      })
  int pull(
      @Parameters(
              arity = "0..*",
              paramLabel = "NAME",
              description = "Which models; without a name the default one.")
          @Nullable List<String> names,
      @Option(
              names = "--jar",
              paramLabel = "FILE",
              description = "Take one model from this jar instead of asking Maven.")
          @Nullable Path jar,
      @Mixin Report report) {
    List<String> wanted = names == null ? List.of(ModelCatalog.defaultName()) : names;
    if (jar != null && wanted.size() != 1) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(), "--jar takes exactly one model name");
    }
    ModelCatalog catalog = ModelCatalog.standard();
    List<Pulled> pulled = new ArrayList<>();
    try (ProgressBars progress = new ProgressBars(console)) {
      for (String name : wanted) {
        ModelFolder folder =
            jar == null ? catalog.pull(name, progress) : catalog.pullFile(name, jar, progress);
        pulled.add(new Pulled(name, folder.path()));
      }
    }
    report.print(
        console,
        Map.of("pulled", pulled),
        out -> pulled.forEach(one -> out.println(one.name + " is in " + one.path)));
    return ExitCode.DONE;
  }
}
