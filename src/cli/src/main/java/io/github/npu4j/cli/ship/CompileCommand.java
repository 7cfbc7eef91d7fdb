package io.github.npu4j.cli.ship;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.cli.console.Console;
import io.github.npu4j.cli.console.ExitCode;
import io.github.npu4j.cli.console.Notices;
import io.github.npu4j.cli.options.ComparisonOptions;
import io.github.npu4j.cli.options.ManifestOption;
import io.github.npu4j.compile.CompileProgress;
import io.github.npu4j.compile.CompiledContext;
import io.github.npu4j.compile.CompiledModel;
import io.github.npu4j.compile.ModelCompileRequest;
import io.github.npu4j.compile.ModelCompiler;
import io.github.npu4j.compile.Weights;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.parity.ModelParity;
import io.github.npu4j.parity.ParityRequest;
import io.github.npu4j.parity.ParityResult;
import io.github.npu4j.report.Json;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.runtime.Soc;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
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
    name = "compile",
    description = {
      "Compile an ONNX model into context binaries for the NPU, and compare their answers with the "
          + "CPU's.",
      "Writes htp/SOC/SEQ.bin with a manifest and an EPContext model beside it. All of the model "
          + "goes to the NPU, or the nodes that can't are named. No NPU is needed.",
      "Of a T5 that npu4j export wrote, encoder and decoder are compiled for each length of the "
          + "encoder's input, into htp/SOC/encoder-SEQ.bin and decoder-SEQ.bin."
    },
    footer = {
      "",
      "Exit code 1 if the answers are too far from the CPU's or could not be compared; the files"
          + " are written all the same.",
      "Examples:",
      "  npu4j compile minilm --soc x2-elite --seq 32,128",
      "  npu4j compile model.onnx -o folder --dim width=224 --dim height=224"
    })
public final class CompileCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(
      paramLabel = "MODEL",
      description = "A name of the catalog, a model folder, or an ONNX file.")
  String model = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      description =
          "The model folder to write; without it the model's own, and for an ONNX file a folder of "
              + "its name here.")
  @Nullable Path output;

  @Option(
      names = "--soc",
      paramLabel = "SOC",
      split = ",",
      defaultValue = "x-elite",
      description = "x-elite (default), x2-elite, or a SoC's number; several with commas.")
  List<String> socs = List.of();

  @Option(
      names = "--seq",
      paramLabel = "TOKENS",
      split = ",",
      description =
          "The sequence lengths to compile for. Default: 16,32,64,128 if the model leaves it open, "
              + "and of a T5 those that it was exported for.")
  List<Integer> tokens = List.of();

  @Option(
      names = "--dim",
      paramLabel = "NAME=SIZE",
      description =
          "The size of another open dimension, by its name in the model or as INPUT:AXIS; may be "
              + "given several times.")
  Map<String, Long> dimensions = new LinkedHashMap<>();

  @Option(
      names = "--weight-sharing",
      description =
          "Also write shared.bin: all lengths in one file with one copy of the weights. Devices run"
              + " it, the emulator can't.")
  boolean weightSharing;

  @Option(
      names = "--ep-option",
      paramLabel = "KEY=VALUE",
      description = "An option of the QNN execution provider; may be given several times.")
  Map<String, String> epOptions = new LinkedHashMap<>();

  @Option(
      names = "--time-limit",
      paramLabel = "MINUTES",
      description =
          "Stop a graph's compilation after this time. Default: 30; a damaged model can keep the"
              + " compiler busy without end.")
  @Nullable Integer minutes;

  @Option(
      names = "--memory-limit",
      paramLabel = "GIB",
      description =
          "Stop a compilation that holds more memory than this. Default: three quarters of the"
              + " machine's.")
  @Nullable Double gibibytes;

  @Mixin ComparisonOptions comparison = new ComparisonOptions();

  @Option(names = "--no-parity", description = "Don't compare the answers with the CPU's.")
  boolean noParity;

  @Option(names = "--json", description = "Report as JSON.")
  boolean json;

  @Mixin ManifestOption manifest = new ManifestOption();

  public CompileCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    ModelFolder folder = ModelCatalog.standard().open(model);
    manifest.verify(folder.path());
    CompiledModel compiled = compiler().compile(folder, request(), progress());
    for (CompiledContext context : compiled.contexts()) {
      for (String input : compiled.inputsLeftOut(context)) {
        console
            .notices()
            .println(
                "input "
                    + input
                    + " is not in "
                    + compiled.file(context)
                    + ": the outputs don't depend on it");
      }
    }
    ParityResult parity = noParity ? null : parity(compiled);
    CompileReport report = CompileReport.of(compiled, parity == null ? null : parity.parity());
    if (json) {
      Json.print(console.results(), report);
    } else {
      report.print(console.results());
    }
    if (parity != null && report.parity() == null) {
      console.notices().println("nothing was compared with the CPU; --no-parity asks for that");
    }
    boolean compared =
        parity == null || (parity.notCompared().isEmpty() && report.parity() != null);
    return compared && report.isWithinTolerances() ? ExitCode.DONE : ExitCode.CHECK_FAILED;
  }

  private ModelCompileRequest request() {
    ModelCompileRequest request =
        ModelCompileRequest.of(socs.stream().map(Soc::parse).toList())
            .withTokens(tokens)
            .withDimensions(dimensions)
            .withWeights(weightSharing ? Weights.SHARED : Weights.SEPARATE)
            .withEpOptions(epOptions);
    return output == null ? request : request.withFolder(output);
  }

  private ModelCompiler compiler() {
    ModelCompiler compiler = new ModelCompiler(NativeRuntime.find());
    if (minutes != null) {
      compiler =
          compiler.withTimeLimit(Duration.ofMinutes(positive("--time-limit", minutes).intValue()));
    }
    if (gibibytes != null) {
      double bytes = positive("--memory-limit", gibibytes).doubleValue() * (1L << 30);
      compiler = compiler.withMemoryLimit(Math.max(1, (long) bytes));
    }
    return compiler;
  }

  private static Number positive(String option, Number value) {
    if (!(value.doubleValue() > 0)) {
      throw new BadInputException(option + " " + value + " leaves nothing to work with", "", "");
    }
    return value;
  }

  private CompileProgress progress() {
    return (name, phase) -> {
      if (console.interactive()) {
        console.notices().println(name + ": " + phase.name().toLowerCase(Locale.ROOT));
      }
    };
  }

  private ParityResult parity(CompiledModel compiled) throws IOException {
    ParityRequest request =
        comparison.addTo(ParityRequest.of(OpenOptions.on(ModelParity.contextDevice())));
    ParityResult result = ModelParity.compare(compiled, request, Notices.comparing(console));
    Notices.notCompared(console, result.notCompared());
    return result;
  }
}
