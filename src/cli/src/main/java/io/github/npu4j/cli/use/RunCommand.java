package io.github.npu4j.cli.use;

import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.cli.console.Console;
import io.github.npu4j.cli.console.ExitCode;
import io.github.npu4j.cli.console.Report;
import io.github.npu4j.cli.options.ModelOptions;
import io.github.npu4j.engine.Binding;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.ProfileLevel;
import io.github.npu4j.engine.open.Models;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.measure.Latency;
import io.github.npu4j.measure.TensorInputs;
import io.github.npu4j.qnn.ProfileEvent;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.tensor.Npy;
import io.github.npu4j.tensor.TensorSpec;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "run",
    description = "Run a model on raw tensors: .npy files in, NAME.npy files out.")
public final class RunCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(
      paramLabel = "MODEL",
      description = "A model of npu4j models list, a model folder, an ONNX file or a .bin.")
  String name = "";

  @Mixin ModelOptions options = new ModelOptions();

  @Option(names = "--graph", paramLabel = "NAME", description = "The graph to run.")
  @Nullable String graph;

  @Option(
      names = "--input",
      paramLabel = "NAME=FILE.npy",
      description = "The values of an input; those that are not given are zeros.")
  Map<String, Path> inputs = new LinkedHashMap<>();

  @Option(
      names = "--output-dir",
      paramLabel = "DIR",
      description = "Write each output to NAME.npy in this folder.")
  @Nullable Path outputFolder;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Execute this many times and report the latencies, after one execution that is not counted.")
  int repeat = 1;

  @Option(
      names = "--profile",
      paramLabel = "LEVEL",
      description = "Run once more with the profiler on: ${COMPLETION-CANDIDATES}.")
  @Nullable ProfileLevel profile;

  @Mixin Report report = new Report();

  public RunCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (repeat < 1) {
      throw new BadInputException("can't run " + repeat + " times", "", "Give --repeat 1 or more.");
    }
    try (Arena arena = Arena.ofShared();
        Model model = Models.open(ModelCatalog.standard().open(name).path(), options.open())) {
      options.announce(model.placement(), console);
      Map<String, Npy> arrays = new LinkedHashMap<>();
      inputs.forEach((name, file) -> arrays.put(name, Npy.read(file, arena)));
      TensorInputs given = new TensorInputs(arrays);
      String chosen = given.graphOf(model, graph);
      try (Binding binding = given.bind(model, chosen)) {
        given.missing(model.graph(chosen)).forEach(this::noticeZeros);
        RunReport result = run(model, binding, chosen);
        report.print(console, result, out -> print(out, result));
      }
    }
    return ExitCode.DONE;
  }

  private void noticeZeros(String input) {
    console.notices().println("input " + input + " was not given and is all zeros");
  }

  private RunReport run(Model model, Binding binding, String chosen) {
    Latency latency = Latency.measure(repeat, binding::run);
    List<Output> outputs = new ArrayList<>();
    for (TensorSpec declared : model.graph(chosen).outputs()) {
      outputs.add(output(binding, declared.name()));
    }
    List<Measured> events =
        profile == null ? List.of() : binding.profile(profile).stream().map(Measured::of).toList();
    if (model.placement().device() == Device.EMULATOR) {
      console.notices().println("the emulator's times say nothing about an NPU");
    }
    return new RunReport(
        name,
        chosen,
        model.placement().device(),
        model.placement().engine().label(),
        model.placement().detail(),
        model.placement().passedOver().stream().map(Object::toString).toList(),
        model.loadReport().totalNanos() / 1e6,
        latency,
        outputs,
        events);
  }

  private Output output(Binding binding, String name) {
    TensorSpec spec = binding.outputSpec(name);
    Path file = null;
    if (outputFolder != null) {
      file = outputFolder.resolve(fileName(name));
      try {
        Files.createDirectories(outputFolder);
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
      new Npy(spec.type(), spec.shape(), binding.output(name)).write(file);
    }
    return new Output(name, spec.type().name(), spec.shape().toString(), file);
  }

  /** Tensor names may hold what file names can't. */
  private static String fileName(String tensor) {
    return tensor.replaceAll("[^A-Za-z0-9._-]", "_") + ".npy";
  }

  private void print(PrintStream out, RunReport result) {
    out.printf("graph    %s%n", result.graph);
    for (Output output : result.outputs) {
      String where = output.file == null ? "" : " -> " + output.file;
      out.printf("output   %s: %s %s%s%n", output.name, output.type, output.shape, where);
    }
    Latency ms = result.latencyMillis;
    if (ms.runs() == 1) {
      out.printf(Locale.ROOT, "latency  %.3f ms, one run%n", ms.max());
    } else {
      out.printf(
          Locale.ROOT,
          "latency  p50 %.3f  p90 %.3f  p99 %.3f  min %.3f  max %.3f ms, %d runs%n",
          ms.p50(),
          ms.p90(),
          ms.p99(),
          ms.min(),
          ms.max(),
          ms.runs());
    }
    result.profile.forEach(event -> print(out, event, "profile  "));
  }

  private static void print(PrintStream out, Measured event, String indent) {
    out.printf("%s%s: %d %s%n", indent, event.name(), event.value(), event.unit());
    event.parts().forEach(part -> print(out, part, indent + "  "));
  }

  /** One run as it is reported. */
  record RunReport(
      String model,
      String graph,
      Device device,
      String engine,
      String detail,
      List<String> passedOver,
      double loadMillis,
      Latency latencyMillis,
      List<Output> outputs,
      List<Measured> profile) {}

  /** One figure of a profile, and the figures it is made of. */
  record Measured(String name, long value, String unit, List<Measured> parts) {

    static Measured of(ProfileEvent event) {
      return new Measured(
          event.name(),
          event.value(),
          event.unit().label(),
          event.children().stream().map(Measured::of).toList());
    }
  }

  /** One output; the file is {@code null} if none was requested. */
  record Output(String name, String type, String shape, @Nullable Path file) {}
}
