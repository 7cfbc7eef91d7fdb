package io.github.npu4j.cli.bench;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.cli.console.Console;
import io.github.npu4j.cli.console.ExitCode;
import io.github.npu4j.cli.console.Notices;
import io.github.npu4j.cli.options.TensorSettings;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.open.Models;
import io.github.npu4j.measure.BenchmarkResult;
import io.github.npu4j.measure.LoadBenchmark;
import io.github.npu4j.measure.TensorInputs;
import io.github.npu4j.report.MeasuredModel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "load",
    description = {
      "Measure how long it takes to load a model, to run it for the first time, and to close it, "
          + "phase by phase.",
      "The first load in the process is shown apart: it loads the libraries too. Its file is read "
          + "before, so that every load finds it in memory."
    },
    footer = {"", "Example: npu4j bench load --model mymodel --device cpu,npu"})
final class BenchLoadCommand implements Callable<Integer> {

  private static final int ROUNDS = 20;

  private final Console console;

  @Mixin BenchSettings settings = new BenchSettings();

  @Mixin TensorSettings tensors = new TensorSettings();

  @Mixin BenchReport report = new BenchReport();

  BenchLoadCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    report.begin(LoadBenchmark.NAME);
    String model = tensors.model();
    ModelFolder folder = ModelCatalog.standard().open(model);
    settings.verify(folder.path());
    MeasuredModel measured = MeasuredModel.of(model, folder);
    BenchmarkResult result =
        LoadBenchmark.measure(
            settings.plan(settings.devices(), List.of(model), ROUNDS),
            tensors.chosen(new TensorInputs(Map.of())),
            device -> {
              OpenOptions options = settings.open(device);
              return () -> Models.open(folder.path(), options);
            },
            Notices.measuring(console));
    report.print(console, measured, result, LoadBenchTable::print);
    return ExitCode.DONE;
  }
}
