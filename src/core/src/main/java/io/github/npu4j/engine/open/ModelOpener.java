package io.github.npu4j.engine.open;

import io.github.npu4j.artifact.ContextFile;
import io.github.npu4j.artifact.Manifest;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.engine.CpuRewrite;
import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.PassedOver;
import io.github.npu4j.engine.direct.DirectEngine;
import io.github.npu4j.engine.direct.SharedHtp;
import io.github.npu4j.engine.execution.OpenAttempt;
import io.github.npu4j.engine.execution.OpenReport;
import io.github.npu4j.engine.execution.PlacementSearch;
import io.github.npu4j.engine.execution.PlacementSearch.Candidate;
import io.github.npu4j.engine.javaort.JavaOrtEngine;
import io.github.npu4j.engine.ort.OrtEngine;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.DeviceUnavailableException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.onnx.epcontext.EpContextNode;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.runtime.NativeRuntime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** Tries the paths to run a model, best first, and keeps the reason against each that failed. */
final class ModelOpener {

  private final ModelFolder folder;
  private final OpenOptions options;
  private final NativeRuntime runtime;
  private final CpuRewrite cpuForm;

  /** A device, and an engine for it. */
  private record ExecutionPath(Device device, EngineKind engine) {}

  ModelOpener(ModelFolder folder, OpenOptions options, NativeRuntime runtime, CpuRewrite cpuForm) {
    this.folder = folder;
    this.options = options;
    this.runtime = runtime;
    this.cpuForm = cpuForm;
  }

  /**
   * Opens the model by the first execution path that works.
   *
   * @throws NpuException if none does, as {@link PlacementSearch#firstThatWorks} chooses it
   */
  Model open() {
    return PlacementSearch.firstThatWorks(
        folder.name(),
        paths().stream()
            .map(path ->
                new Candidate<>(path.device, path.engine, passedOver -> open(path, passedOver)))
            .toList());
  }

  private List<ExecutionPath> paths() {
    List<ExecutionPath> paths =
        switch (options.device()) {
          case AUTO ->
              options.epLibrary().isPresent()
                  ? List.of(new ExecutionPath(Device.AUTO, EngineKind.ORT))
                  : List.of(
                      new ExecutionPath(Device.NPU, EngineKind.DIRECT),
                      new ExecutionPath(Device.NPU, EngineKind.ORT),
                      new ExecutionPath(Device.CPU, EngineKind.ORT),
                      new ExecutionPath(Device.CPU, EngineKind.JAVA));
          case NPU, EMULATOR ->
              options.epLibrary().isPresent()
                  ? List.of(new ExecutionPath(options.device(), EngineKind.ORT))
                  : List.of(
                      new ExecutionPath(options.device(), EngineKind.DIRECT),
                      new ExecutionPath(options.device(), EngineKind.ORT));
          case GPU -> List.of(new ExecutionPath(Device.GPU, EngineKind.ORT));
          case CPU ->
              List.of(
                  new ExecutionPath(Device.CPU, EngineKind.ORT),
                  new ExecutionPath(Device.CPU, EngineKind.JAVA));
        };
    List<ExecutionPath> wanted =
        paths.stream()
            .filter(path -> options.engine().map(engine -> engine == path.engine).orElse(true))
            .toList();
    if (wanted.isEmpty()) {
      throw new DeviceUnavailableException(
          "nothing can run the model as asked",
          "the engine "
              + options.engine().orElseThrow()
              + " does not run models on device "
              + options.device()
              + (options.epLibrary().isEmpty() ? "" : " with an execution provider plugin"),
          "Leave the choice of the engine or of the device to npu4j.");
    }
    return wanted;
  }

  private Model open(ExecutionPath path, List<PassedOver> passedOver) {
    OpenAttempt opening =
        new OpenAttempt(options.withDevice(path.device), runtime, null, passedOver);
    return switch (path.engine) {
      case JAVA -> load(requireOnnx(path), opening, JavaOrtEngine::open);
      case DIRECT -> direct(opening);
      case ORT -> ort(path, opening);
    };
  }

  private Model direct(OpenAttempt opening) {
    DirectEngine.requireDevice(opening.options().device(), runtime);
    if (folder.epContext().isPresent()) {
      throw new ModelMissingException(
          folder.name() + " is an EPContext model",
          "the direct engine runs the context binary that it points to",
          "Open that .bin.");
    }
    return buckets(
        ContextChoice.withoutTwins(ContextChoice.of(folder, SharedHtp.start(runtime).target())),
        opening,
        (file, attempt) -> load(file.binary(), attempt, DirectEngine::open));
  }

  private Model ort(ExecutionPath path, OpenAttempt opening) {
    if (path.device == Device.CPU && options.epLibrary().isEmpty()) {
      return cpuForm.open(requireOnnx(path), onnx -> load(onnx, opening, OrtEngine::open));
    }
    boolean compiled =
        options.epLibrary().isEmpty()
            && (path.device == Device.NPU || path.device == Device.EMULATOR);
    if (!compiled) {
      return epContext(requireOnnx(path), opening);
    }
    DirectEngine.requireDevice(path.device, runtime);
    if (folder.epContext().isPresent()) {
      return epContext(folder.epContext().get(), opening);
    }
    if (folder.contexts().stream().anyMatch(file -> file.epContext().isPresent())) {
      List<ContextFile> files =
          ContextChoice.of(folder, SharedHtp.start(runtime).target()).stream()
              .filter(file -> file.epContext().isPresent())
              .toList();
      return buckets(
          files, opening, (file, attempt) -> epContext(file.epContext().orElseThrow(), attempt));
    }
    return epContext(requireOnnx(path), opening);
  }

  /** Opens a model that may name context binaries, if these are its own. */
  private static Model epContext(Path onnx, OpenAttempt opening) {
    EpContextNode.requireOwnFiles(onnx);
    return load(onnx, opening, OrtEngine::open);
  }

  private static Model load(
      Path file, OpenAttempt opening, BiFunction<Path, OpenAttempt, Model> engine) {
    return OpenReport.load(file, () -> engine.apply(file, opening));
  }

  private Path requireOnnx(ExecutionPath path) {
    if (folder.onnx().isPresent()) {
      return folder.onnx().get();
    }
    if (folder.epContext().isPresent() && path.device == Device.AUTO) {
      return folder.epContext().get();
    }
    throw new DeviceUnavailableException(
        folder.name() + " can't run on the " + path.device,
        "there is no ONNX model beside what was compiled for HTP",
        "Put the model it was compiled from beside it as " + ModelFolder.ONNX + ".");
  }

  /** Opens one file as it is, several as the buckets of one model. */
  private static Model buckets(
      List<ContextFile> files,
      OpenAttempt opening,
      BiFunction<ContextFile, OpenAttempt, Model> open) {
    if (files.isEmpty()) {
      throw new ModelMissingException(
          "the model has no context binary", "", "Make one with npu4j compile.");
    }
    List<BucketModel.Bucket> buckets = new ArrayList<>();
    for (ContextFile file : files) {
      OpenAttempt attempt = opening.named(file.sequenceLength().isPresent() ? file.name() : null);
      if (files.size() == 1) {
        return open.apply(file, attempt);
      }
      buckets.add(new BucketModel.Bucket(specs(file, attempt), () -> open.apply(file, attempt)));
    }
    return new BucketModel(buckets);
  }

  /** Reads from the manifest what a bucket's graphs take and give. */
  private static List<GraphSpec> specs(ContextFile file, OpenAttempt attempt) {
    Manifest manifest =
        file.manifest()
            .orElseThrow(() ->
                new BadModelException(
                    "can't tell the buckets apart",
                    file.binary() + " has no manifest",
                    "Make the model again with npu4j compile or adopt."));
    List<Manifest.Graph> graphs = manifest.graphs();
    return graphs.stream()
        .map(graph ->
            new GraphSpec(
                graphs.size() == 1 && attempt.alias() != null ? attempt.alias() : graph.name(),
                graph.inputs(),
                graph.outputs()))
        .toList();
  }
}
