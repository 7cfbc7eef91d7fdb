package io.github.npu4j.parity;

import io.github.npu4j.artifact.ContextFile;
import io.github.npu4j.artifact.Manifest;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.compile.CompiledContext;
import io.github.npu4j.compile.CompiledModel;
import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.family.registry.Families;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.StaticShapes;
import io.github.npu4j.onnx.WeightPlacement;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.runtime.Platform;
import io.github.npu4j.store.Progress;
import io.github.npu4j.tensor.Npy;
import io.github.npu4j.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Compares a model folder's execution paths with ONNX Runtime's Java package on the CPU: the ONNX
 * model by other engines, and what was compiled of it.
 */
public final class ModelParity {

  /** Where nothing says how long a sequence is: short, since the emulator's time grows with it. */
  private static final int DEFAULT_TOKENS = 16;

  private final ModelFolder folder;
  private final ParityRequest request;

  private ModelParity(ModelFolder folder, ParityRequest request) {
    this.folder = folder;
    this.request = request;
  }

  /**
   * Compares whatever of the model this machine can execute.
   *
   * @return the comparisons, and the paths that could not be compared, with the reasons
   * @throws BadInputException if the model has several graphs that feed one another
   * @throws io.github.npu4j.error.NpuException if the reference can't be opened, or a file is bad
   * @throws IOException if the model can't be written with static shapes for a plugin
   */
  public static ParityResult compare(
      ModelFolder folder, ParityRequest request, ParityProgress progress) throws IOException {
    requireOneGraph(folder);
    ModelParity parity = new ModelParity(folder, request);
    if (request.options().epLibrary().isEmpty()) {
      return parity.compare(parity.paths(), progress);
    }
    Path scratch = Files.createTempDirectory("npu4j-parity");
    Path fixed = scratch.resolve("static.onnx");
    try {
      return parity.compare(List.of(parity.plugin(fixed)), progress);
    } finally {
      Files.deleteIfExists(fixed);
      Files.delete(scratch);
    }
  }

  /**
   * Compares what was just compiled, loaded directly, on this machine's NPU or in its emulator. Of
   * files whose buckets share weights the emulator compares the unshared twins.
   *
   * @param request its inputs, reference and tolerances; what else it says is settled by what was
   *     compiled
   * @return the comparisons, and the files that could not be compared, with the reasons
   * @throws io.github.npu4j.error.NpuException if the reference can't be opened, or a file is bad
   * @throws IOException if the graphs of a model in parts can't be written with the buckets' shapes
   */
  public static ParityResult compare(
      CompiledModel compiled, ParityRequest request, ParityProgress progress) throws IOException {
    Device device = contextDevice();
    OpenOptions direct = OpenOptions.on(device).withEngine(EngineKind.DIRECT);
    ModelFolder folder = compiled.folder();
    if (Families.htpForm(folder).isPresent()) {
      if (!request.basis().equals(ParityBasis.OWN)) {
        throw new BadInputException(
            "can't compare " + folder.name() + " on inputs or with a reference of its own",
            "it is compiled in parts, whose inputs come from one another",
            "Leave them out.");
      }
      return GraphParity.compare(folder, compiled.buckets(), compiled.socs(), direct, progress);
    }
    try (ParityCheck check =
        new ParityCheck(folder, request.basis(), request.tolerances().orElse(null), progress)) {
      for (CompiledContext context : compiled.contexts()) {
        if (device == Device.EMULATOR && context.manifest().sharedWeights()) {
          continue;
        }
        String name = context.soc().name() + "/" + context.name();
        check.compare(new ExecutionPath(name, compiled.file(context), direct, Map.of()));
      }
      return new ParityResult(check.report(), check.notCompared());
    }
  }

  /** Returns where context binaries can be run here: on the NPU, or in the emulator of one. */
  public static Device contextDevice() {
    return Platform.current().emulatesHtp() ? Device.EMULATOR : Device.NPU;
  }

  /** One graph's inputs can be made up; those of a decoder come out of the encoder. */
  private static void requireOneGraph(ModelFolder folder) {
    if (Families.htpForm(folder).isPresent()) {
      throw new BadInputException(
          "can't compare " + folder.name() + " so",
          "it is an encoder and a decoder, whose inputs come from one another",
          "Run npu4j compile " + folder.path() + ": what is compiled already is only compared.");
    }
  }

  private ParityResult compare(List<ExecutionPath> paths, ParityProgress progress) {
    try (ParityCheck check =
        new ParityCheck(folder, request.basis(), request.tolerances().orElse(null), progress)) {
      paths.forEach(check::compare);
      return new ParityResult(check.report(), check.notCompared());
    }
  }

  private List<ExecutionPath> paths() {
    List<ExecutionPath> paths = new ArrayList<>();
    Device device = request.options().device();
    if (device == Device.AUTO || device == Device.CPU) {
      paths.add(onnx(OpenOptions.on(Device.CPU).withEngine(EngineKind.ORT)));
    }
    if (device != Device.CPU) {
      Device htp = device == Device.AUTO ? contextDevice() : device;
      for (ContextFile context : folder.contexts()) {
        if (isWanted(context)) {
          paths.addAll(compiled(context, htp));
        }
      }
    }
    Optional<EngineKind> engine = request.options().engine();
    paths.removeIf(path -> engine.isPresent() && !path.options().engine().equals(engine));
    return paths;
  }

  private boolean isWanted(ContextFile context) {
    List<Integer> tokens = request.tokens();
    boolean length =
        tokens.isEmpty()
            || context.sequenceLength().isEmpty()
            || tokens.contains(context.sequenceLength().getAsInt());
    return length && request.soc().map(soc -> soc.equals(context.soc())).orElse(true);
  }

  /** A context binary runs directly, and through the EPContext model that points to it. */
  private static List<ExecutionPath> compiled(ContextFile context, Device device) {
    String name = context.soc() + "/" + context.name();
    OpenOptions on = OpenOptions.on(device);
    List<ExecutionPath> paths = new ArrayList<>();
    paths.add(
        new ExecutionPath(name, context.binary(), on.withEngine(EngineKind.DIRECT), Map.of()));
    context
        .epContext()
        .ifPresent(file ->
            paths.add(new ExecutionPath(name, file, on.withEngine(EngineKind.ORT), Map.of())));
    return paths;
  }

  private ExecutionPath onnx(OpenOptions on) {
    StaticShapes shapes = shapes();
    Map<String, Shape> sizes = new LinkedHashMap<>();
    shapes
        .inputs()
        .forEach(input -> input.spec().ifPresent(spec -> sizes.put(spec.name(), spec.shape())));
    return new ExecutionPath(name(shapes), folder.requireOnnx(), on, sizes);
  }

  /** Plugins for NPUs take static shapes only, so the model is written once more with these. */
  private ExecutionPath plugin(Path fixed) throws IOException {
    StaticShapes shapes = shapes();
    shapes
        .applyTo(OnnxModel.read(folder.requireOnnx()))
        .write(fixed, WeightPlacement.INSIDE, Progress.NONE);
    OpenOptions on = request.options().withEngine(EngineKind.ORT);
    return new ExecutionPath(name(shapes), fixed, on, Map.of());
  }

  private StaticShapes shapes() {
    OnnxModel file = OnnxModel.read(folder.requireOnnx());
    Map<String, Long> dimensions = new LinkedHashMap<>(request.dimensions());
    InputShapes.dimensions(file, given()).forEach(dimensions::putIfAbsent);
    try {
      return shapes(file, dimensions);
    } catch (BadInputException open) {
      for (Map<String, Shape> compiled : compiledShapes()) {
        InputShapes.dimensions(file, compiled).forEach(dimensions::putIfAbsent);
        return shapes(file, dimensions);
      }
      throw open;
    }
  }

  private StaticShapes shapes(OnnxModel file, Map<String, Long> dimensions) {
    List<Integer> tokens = request.tokens();
    OptionalLong length =
        StaticShapes.takesTokens(file, dimensions)
            ? OptionalLong.of(tokens.isEmpty() ? DEFAULT_TOKENS : tokens.getFirst())
            : OptionalLong.empty();
    return StaticShapes.of(file, length, dimensions);
  }

  private Map<String, Shape> given() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    try (Arena arena = Arena.ofConfined()) {
      request
          .basis()
          .inputs()
          .forEach((name, file) -> shapes.put(name, Npy.read(file, arena).shape()));
    }
    return shapes;
  }

  /** Returns the shapes that were compiled, where a manifest tells them. */
  private List<Map<String, Shape>> compiledShapes() {
    List<Map<String, Shape>> found = new ArrayList<>();
    for (ContextFile context : folder.contexts()) {
      if (isWanted(context) && context.manifestFile().isPresent()) {
        for (Manifest.Graph graph : Manifest.read(context.manifestFile().get()).graphs()) {
          Map<String, Shape> shapes = new LinkedHashMap<>();
          graph.inputs().forEach(input -> shapes.put(input.name(), input.shape()));
          found.add(shapes);
        }
      }
    }
    return found;
  }

  private static String name(StaticShapes shapes) {
    OptionalLong length = shapes.tokens();
    return length.isPresent() ? "onnx, " + length.getAsLong() + " tokens" : "onnx";
  }
}
