package io.github.npu4j.cli;

import io.github.npu4j.artifact.ContextFile;
import io.github.npu4j.artifact.ModelDescription;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.DeviceUnavailableException;
import io.github.npu4j.onnx.OnnxFile;
import io.github.npu4j.onnx.StaticModel;
import io.github.npu4j.onnx.StaticShapes;
import io.github.npu4j.parity.ParityReport;
import io.github.npu4j.parity.Tolerances;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.runtime.Platform;
import io.github.npu4j.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
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
      "Shows the hash of each library that answered: two answers from one library prove nothing."
    },
    footer = {
      "",
      "Exit code 1 if an output is beyond its limits; 3 if no other library than the reference's "
          + "could answer.",
      "Without --device, context binaries run on the NPU or, where there is none, in the emulator."
    })
final class ParityCommand implements Callable<Integer> {

  private static final int USUAL_TOKENS = 16;

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

  @Mixin Report report = new Report();

  ParityCommand(Console console) {
    this.console = console;
  }

  /** The report as data. */
  record Result(ParityReport parity, List<String> notCompared) {}

  @Override
  public Integer call() throws IOException {
    ModelFolder folder = ModelCatalog.standard().open(model);
    requireOneGraph(folder);
    if (options.epLibrary == null) {
      return compare(folder, ways(folder));
    }
    Path scratch = Files.createTempDirectory("npu4j-parity");
    Path fixed = scratch.resolve("static.onnx");
    try {
      return compare(folder, List.of(plugin(folder, fixed)));
    } finally {
      Files.deleteIfExists(fixed);
      Files.delete(scratch);
    }
  }

  private static void requireOneGraph(ModelFolder folder) {
    if (folder.description().kind() == ModelDescription.Kind.SEQ2SEQ) {
      throw new BadInputException(
          "can't compare " + folder.name() + " so",
          "it is an encoder and a decoder, whose inputs come from one another",
          "Run npu4j compile " + folder.path() + ": what is compiled already is only compared.");
    }
  }

  private int compare(ModelFolder folder, List<ParityCheck.Way> ways) {
    try (ParityCheck check = new ParityCheck(folder, tolerances(), console)) {
      ways.forEach(check::compare);
      check.notCompared().forEach(reason -> console.notices().println("not compared: " + reason));
      ParityReport parity = check.report();
      Result result = new Result(parity, check.notCompared());
      report.print(console, result, out -> ParityTable.print(out, parity));
      if (!parity.isWithinTolerances()) {
        return ExitCode.CHECK_FAILED;
      }
      if (!parity.comparesLibraries()) {
        throw new DeviceUnavailableException(
            "there is nothing to compare " + folder.name() + " with",
            "only the reference's own library answered"
                + (check.notCompared().isEmpty()
                    ? ""
                    : "; " + String.join("; ", check.notCompared())),
            "Compile the model (npu4j compile), or name a plugin with --ep-library.");
      }
      return ExitCode.DONE;
    }
  }

  private @Nullable Tolerances tolerances() {
    return minimumCosine == null
        ? null
        : new Tolerances(minimumCosine, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
  }

  private List<ParityCheck.Way> ways(ModelFolder folder) {
    List<ParityCheck.Way> ways = new ArrayList<>();
    OpenOptions asked = options.open();
    Device device = asked.device();
    if (device == Device.AUTO || device == Device.CPU) {
      ways.add(onnx(folder, OpenOptions.on(Device.CPU).withEngine(EngineKind.ORT)));
    }
    if (device != Device.CPU) {
      Device htp = device == Device.AUTO ? ofThisMachine() : device;
      for (ContextFile context : folder.contexts()) {
        if (isWanted(context)) {
          ways.addAll(compiled(context, htp));
        }
      }
    }
    EngineKind engine = asked.engine();
    ways.removeIf(way -> engine != null && way.options().engine() != engine);
    return ways;
  }

  private static Device ofThisMachine() {
    return Platform.current().emulatesHtp() ? Device.EMULATOR : Device.NPU;
  }

  private boolean isWanted(ContextFile context) {
    boolean length =
        context.sequenceLength().isEmpty() || tokens.contains(context.sequenceLength().getAsInt());
    return (soc == null || soc.equals(context.soc())) && (tokens.isEmpty() || length);
  }

  private static List<ParityCheck.Way> compiled(ContextFile context, Device device) {
    String name = context.soc() + "/" + context.name();
    OpenOptions on = OpenOptions.on(device);
    List<ParityCheck.Way> ways = new ArrayList<>();
    ways.add(
        new ParityCheck.Way(name, context.binary(), on.withEngine(EngineKind.DIRECT), Map.of()));
    context
        .epContext()
        .ifPresent(file ->
            ways.add(new ParityCheck.Way(name, file, on.withEngine(EngineKind.ORT), Map.of())));
    return ways;
  }

  private ParityCheck.Way onnx(ModelFolder folder, OpenOptions on) {
    StaticShapes shapes = shapes(folder);
    Map<String, Shape> sizes = new LinkedHashMap<>();
    shapes
        .inputs()
        .forEach(input -> input.spec().ifPresent(spec -> sizes.put(spec.name(), spec.shape())));
    return new ParityCheck.Way(name(shapes), folder.requireOnnx(), on, sizes);
  }

  /** Plugins for NPUs take static shapes only. */
  private ParityCheck.Way plugin(ModelFolder folder, Path fixed) throws IOException {
    StaticShapes shapes = shapes(folder);
    try (StaticModel rewritten = StaticModel.of(folder.requireOnnx(), shapes)) {
      rewritten.writeTo(fixed);
    }
    OpenOptions on = options.open().withEngine(EngineKind.ORT);
    return new ParityCheck.Way(name(shapes), fixed, on, Map.of());
  }

  private StaticShapes shapes(ModelFolder folder) {
    OnnxFile file = OnnxFile.read(folder.requireOnnx());
    OptionalLong length =
        StaticShapes.takesTokens(file, dimensions)
            ? OptionalLong.of(tokens.isEmpty() ? USUAL_TOKENS : tokens.getFirst())
            : OptionalLong.empty();
    return StaticShapes.of(file, length, dimensions);
  }

  private static String name(StaticShapes shapes) {
    OptionalLong length = shapes.tokens();
    return length.isPresent() ? "onnx, " + length.getAsLong() + " tokens" : "onnx";
  }
}
