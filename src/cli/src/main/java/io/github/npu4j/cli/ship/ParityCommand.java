package io.github.npu4j.cli.ship;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.cli.console.Console;
import io.github.npu4j.cli.console.ExitCode;
import io.github.npu4j.cli.console.Notices;
import io.github.npu4j.cli.console.Report;
import io.github.npu4j.cli.options.ComparisonOptions;
import io.github.npu4j.cli.options.ModelOptions;
import io.github.npu4j.error.DeviceUnavailableException;
import io.github.npu4j.parity.ModelParity;
import io.github.npu4j.parity.ParityRequest;
import io.github.npu4j.parity.ParityResult;
import io.github.npu4j.parity.Tolerances;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "parity",
    description = {
      "Give the same inputs to every engine that is here and compare what they answer with ONNX "
          + "Runtime's on the CPU.",
      "Shows the hash of each library that answered: two answers from one library are no comparison."
    },
    footer = {
      "",
      "Exit code 1 if an output is beyond its limits; 3 if no other library than the reference's "
          + "could answer.",
      "Without --device, context binaries run on the NPU or, where there is none, in the emulator."
    })
public final class ParityCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(
      paramLabel = "MODEL",
      description = "A name of the catalog, a model folder, or an ONNX file.")
  String model = "";

  @Mixin ModelOptions options = new ModelOptions();

  @Option(
      names = "--soc",
      paramLabel = "SOC",
      description = "Compare only what was compiled for this SoC, such as x-elite.")
  @Nullable String soc;

  @Option(
      names = "--seq",
      paramLabel = "TOKENS",
      split = ",",
      description = "Compare only these sequence lengths. On the CPU alone: 16.")
  List<Integer> tokens = List.of();

  @Option(
      names = "--dim",
      paramLabel = "NAME=SIZE",
      description = "The size of an open dimension, as npu4j compile takes it.")
  Map<String, Long> dimensions = new LinkedHashMap<>();

  @Option(
      names = "--min-cosine",
      paramLabel = "COSINE",
      description = "The least cosine, in place of the usual limits of the device's precision.")
  @Nullable Double minimumCosine;

  @Mixin ComparisonOptions comparison = new ComparisonOptions();

  @Mixin Report report = new Report();

  public ParityCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    ModelFolder folder = ModelCatalog.standard().open(model);
    ParityResult result = ModelParity.compare(folder, request(folder), Notices.comparing(console));
    Notices.notCompared(console, result.notCompared());
    report.print(console, result, out -> ParityTable.print(out, result.parity()));
    if (!result.parity().isWithinTolerances()) {
      return ExitCode.CHECK_FAILED;
    }
    if (!result.parity().comparesLibraries()) {
      throw nothingToCompare(folder, result);
    }
    return ExitCode.DONE;
  }

  private ParityRequest request(ModelFolder folder) {
    ParityRequest request =
        ParityRequest.of(options.open().verified(folder.path()))
            .withTokens(tokens)
            .withDimensions(dimensions);
    request = comparison.addTo(request);
    if (soc != null) {
      request = request.withSoc(soc);
    }
    return minimumCosine == null
        ? request
        : request.withTolerances(
            new Tolerances(minimumCosine, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY));
  }

  /** Two answers from one library are no comparison, so this is no success. */
  private static DeviceUnavailableException nothingToCompare(
      ModelFolder folder, ParityResult result) {
    String others = String.join("; ", result.notCompared());
    return new DeviceUnavailableException(
        "there is nothing to compare " + folder.name() + " with",
        "only the reference's own library answered" + (others.isEmpty() ? "" : "; " + others),
        "Compile the model (npu4j compile), or name a plugin with --ep-library.");
  }
}
