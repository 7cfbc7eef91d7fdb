package io.github.npu4j.cli.bench;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.cli.console.Console;
import io.github.npu4j.cli.console.ExitCode;
import io.github.npu4j.cli.console.Notices;
import io.github.npu4j.cli.options.TensorSettings;
import io.github.npu4j.engine.open.Models;
import io.github.npu4j.measure.BenchmarkResult;
import io.github.npu4j.measure.TensorBenchmark;
import io.github.npu4j.measure.TensorInputs;
import io.github.npu4j.report.MeasuredModel;
import io.github.npu4j.tensor.Npy;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "run",
    description = {
      "Measure how long a run of any model takes, on arrays from files or on random ones.",
      "Memory is bound once and run many times. Random inputs are the same for every device: "
          + "token ids, masks of ones, floats with mean 0 and deviation 1."
    },
    footer = {"", "Example: npu4j bench run --model model.onnx --input x=x.npy --device cpu,npu"})
final class BenchTensorsCommand implements Callable<Integer> {

  private static final int ROUNDS = 1000;

  private final Console console;

  @Mixin BenchSettings settings = new BenchSettings();

  @Mixin TensorSettings tensors = new TensorSettings();

  @Option(
      names = "--input",
      paramLabel = "NAME=FILE.npy",
      description = "The values of an input; those that are not given are random.")
  Map<String, Path> inputs = new LinkedHashMap<>();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Where the random numbers start. Default: ${DEFAULT-VALUE}.")
  long seed = 1;

  @Mixin BenchReport report = new BenchReport();

  BenchTensorsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    report.begin(TensorBenchmark.NAME);
    String model = tensors.model();
    ModelFolder folder = ModelCatalog.standard().open(model);
    settings.verify(folder.path());
    MeasuredModel measured = MeasuredModel.of(model, folder);
    try (Arena arena = Arena.ofShared()) {
      Map<String, Npy> arrays = new LinkedHashMap<>();
      inputs.forEach((name, file) -> arrays.put(name, Npy.read(file, arena)));
      TensorInputs given = new TensorInputs(arrays);
      BenchmarkResult result =
          TensorBenchmark.measure(
              settings.plan(settings.devices(), List.of(values()), ROUNDS),
              tensors.chosen(given),
              given,
              seed,
              device -> Models.open(folder.path(), settings.open(device)),
              Notices.measuring(console));
      report.print(console, measured, result, TensorBenchTable::print);
    }
    return ExitCode.DONE;
  }

  /** Returns where the values come from, which nobody could tell from a saved record otherwise. */
  private String values() {
    String random = "random, seed " + seed;
    return inputs.isEmpty()
        ? random
        : inputs.entrySet().stream()
                .map(input -> input.getKey() + " from " + input.getValue().getFileName())
                .collect(Collectors.joining(", "))
            + "; others "
            + random;
  }
}
