package io.github.npu4j.cli;

import io.github.npu4j.artifact.ModelDescription;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.artifact.ModelFolderWriter;
import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.compile.CompileProgress;
import io.github.npu4j.compile.CompileRequest;
import io.github.npu4j.compile.CompiledContext;
import io.github.npu4j.compile.Compiler;
import io.github.npu4j.compile.GraphCompilation;
import io.github.npu4j.compile.SourceModel;
import io.github.npu4j.compile.Weights;
import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.compatibility.Soc;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.family.ModelFamily;
import io.github.npu4j.family.registry.Families;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.StaticShapes;
import io.github.npu4j.parity.ExecutionPath;
import io.github.npu4j.parity.GraphParity;
import io.github.npu4j.parity.ParityCheck;
import io.github.npu4j.parity.ParityReport;
import io.github.npu4j.parity.ParityResult;
import io.github.npu4j.report.Json;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.runtime.Platform;
import io.github.npu4j.text.EncoderDescription;
import java.io.IOException;
import java.io.PrintStream;
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
      "Exit code 1 if the answers are too far from the CPU's; the files are written all the same.",
      "Examples:",
      "  npu4j compile minilm --soc x2-elite --seq 32,128",
      "  npu4j compile model.onnx -o folder --dim width=224 --dim height=224"
    })
final class CompileCommand implements Callable<Integer> {

  private static final List<Integer> USUAL_BUCKETS = List.of(16, 32, 64, 128);

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

  @Option(names = "--no-parity", description = "Don't compare the answers with the CPU's.")
  boolean noParity;

  @Option(names = "--json", description = "Report as JSON.")
  boolean json;

  CompileCommand(Console console) {
    this.console = console;
  }

  /** A context binary as the report shows it. */
  record Row(
      String soc,
      String name,
      Path file,
      long bytes,
      int graphs,
      boolean sharedWeights,
      boolean cached,
      double compileMillis) {}

  /** The report as data. */
  record Result(Path folder, List<Row> contexts, @Nullable ParityReport parity) {}

  @Override
  public Integer call() throws IOException {
    ModelFolder source = ModelCatalog.standard().open(model);
    return Families.htpForm(source).isPresent() ? compileGraphs(source) : compileWhole(source);
  }

  private int compileWhole(ModelFolder source) throws IOException {
    Path onnx = source.requireOnnx();
    List<Integer> buckets = buckets(onnx, carried(source));
    if (weightSharing && buckets.size() < 2) {
      throw new BadInputException(
          "--weight-sharing takes two sequence lengths or more", "", "Name them with --seq.");
    }
    List<CompiledContext> contexts = new ArrayList<>();
    for (String soc : socs) {
      contexts.addAll(compile(onnx, Soc.parse(soc), buckets));
    }
    Path folder = write(source, onnx, contexts);
    return report(folder, contexts, noParity ? null : parity(ModelFolder.open(folder), contexts));
  }

  /** Compiles the graphs of a model that is compiled in parts into its own folder. */
  private int compileGraphs(ModelFolder source) throws IOException {
    if (output != null || weightSharing || !dimensions.isEmpty()) {
      throw new BadInputException(
          "-o, --weight-sharing and --dim are not for " + source.name(),
          "a "
              + Families.of(source).map(ModelFamily::title).orElse("model")
              + " is compiled within the folder that npu4j export made, each of its graphs apart",
          "Leave them out.");
    }
    requireDistinct();
    GraphCompilation compilation = GraphCompilation.of(source, tokens).orElseThrow();
    List<Soc> targets = socs.stream().map(Soc::parse).toList();
    List<CompiledContext> contexts = new ArrayList<>();
    Compiler compiler = new Compiler(NativeRuntime.find());
    for (Soc soc : targets) {
      contexts.addAll(compilation.compile(compiler, soc, epOptions, progress(soc)));
    }
    ModelFolderWriter writer = ModelFolder.write(source.path());
    for (CompiledContext context : contexts) {
      context.copyTo(writer);
    }
    ParityReport parity = noParity ? null : parity(source, compilation.buckets(), targets);
    return report(
        source.path(), contexts, parity == null || parity.comparisons().isEmpty() ? null : parity);
  }

  private int report(Path folder, List<CompiledContext> contexts, @Nullable ParityReport parity) {
    Result result = new Result(folder, rows(folder, contexts), parity);
    if (json) {
      Json.print(console.results(), result);
    } else {
      print(console.results(), result);
    }
    return parity == null || parity.isWithinTolerances() ? ExitCode.DONE : ExitCode.CHECK_FAILED;
  }

  private List<Integer> buckets(Path onnx, ModelDescription description) {
    if (!tokens.isEmpty()) {
      requireDistinct();
      return tokens;
    }
    if (!StaticShapes.takesTokens(OnnxModel.read(onnx), dimensions)) {
      return List.of();
    }
    int maximum = description.maximumLength().orElse(Integer.MAX_VALUE);
    return USUAL_BUCKETS.stream().filter(count -> count <= maximum).toList();
  }

  private void requireDistinct() {
    if (tokens.stream().anyMatch(count -> count < 1)
        || tokens.stream().distinct().count() < tokens.size()) {
      throw new BadInputException(
          "can't compile for the lengths " + tokens, "each has to be 1 or more, and once", "");
    }
  }

  private List<CompiledContext> compile(Path onnx, Soc soc, List<Integer> buckets) {
    CompileRequest request =
        new CompileRequest(
            onnx,
            soc,
            buckets,
            dimensions,
            weightSharing ? Weights.SHARED : Weights.SEPARATE,
            epOptions);
    return new Compiler(NativeRuntime.find()).compile(request, progress(soc));
  }

  private CompileProgress progress(Soc soc) {
    return (name, phase) -> {
      if (console.interactive()) {
        String line = soc.name() + " " + name + ": " + phase.name().toLowerCase(Locale.ROOT);
        console.notices().println(line);
      }
    };
  }

  /** Returns where answers are compared: on this machine's NPU, or in the emulator of one. */
  private static Device comparing() {
    return Platform.current().emulatesHtp() ? Device.EMULATOR : Device.NPU;
  }

  private static OpenOptions direct(Device device) {
    return OpenOptions.on(device).withEngine(EngineKind.DIRECT);
  }

  /** Returns all that is known of a model, so that an encoder's folder stays one. */
  private static ModelDescription carried(ModelFolder source) {
    try {
      return EncoderDescription.of(source, ModelDescription.unknown()).description();
    } catch (NpuException noEncoder) {
      return source.description();
    }
  }

  private Path write(ModelFolder source, Path onnx, List<CompiledContext> contexts)
      throws IOException {
    Path folder = output;
    if (folder == null) {
      folder = source.isBare() ? Path.of(source.name()) : source.path();
    }
    ModelFolderWriter writer = ModelFolder.write(folder);
    if (!Files.exists(folder.resolve(ModelFolder.ONNX))
        || !Files.isSameFile(onnx, folder.resolve(ModelFolder.ONNX))) {
      SourceModel.copy(onnx, writer);
      if (source.tokenizer().isPresent()) {
        writer.tokenizer(source.tokenizer().get());
      }
      ModelDescription description = carried(source);
      writer.description(description);
      for (String layer : description.output().dense()) {
        writer.folder(layer, source.path().resolve(layer));
      }
    }
    for (CompiledContext context : contexts) {
      context.copyTo(writer);
    }
    return folder;
  }

  /** Compares what was compiled; files that share weights only on a device. */
  private @Nullable ParityReport parity(ModelFolder folder, List<CompiledContext> contexts) {
    Device device = comparing();
    OpenOptions direct = direct(device);
    try (ParityCheck check = new ParityCheck(folder, null, Notices.comparing(console))) {
      for (CompiledContext context : contexts) {
        if (device == Device.EMULATOR && context.manifest().sharedWeights()) {
          continue;
        }
        Path file = folder.contextPath(context.soc().name(), context.name());
        String name = context.soc().name() + "/" + context.name();
        check.compare(new ExecutionPath(name, file, direct, Map.of()));
      }
      Notices.notCompared(console, check.notCompared());
      ParityReport report = check.report();
      return report.comparisons().isEmpty() ? null : report;
    }
  }

  /** Compares the graphs that were compiled apart. */
  private ParityReport parity(ModelFolder folder, List<Integer> buckets, List<Soc> targets)
      throws IOException {
    ParityResult result =
        GraphParity.compare(
            folder, buckets, targets, direct(comparing()), Notices.comparing(console));
    Notices.notCompared(console, result.notCompared());
    return result.parity();
  }

  private static List<Row> rows(Path folder, List<CompiledContext> contexts) {
    return contexts.stream()
        .map(context ->
            new Row(
                context.soc().name(),
                context.name(),
                ModelFolder.open(folder).contextPath(context.soc().name(), context.name()),
                context.manifest().digest().size(),
                context.manifest().graphs().size(),
                context.manifest().sharedWeights(),
                context.cached(),
                context.took().toNanos() / 1e6))
        .toList();
  }

  private static void print(PrintStream out, Result result) {
    for (Row row : result.contexts) {
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
    if (result.parity != null) {
      ParityTable.print(out, result.parity);
    }
  }
}
