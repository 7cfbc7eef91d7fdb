package io.github.npu4j.engine;

import io.github.npu4j.artifact.ContextFile;
import io.github.npu4j.artifact.Manifest;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.DeviceUnavailableException;
import io.github.npu4j.error.IncompatibleModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.runtime.NativeRuntime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** Tries the ways to run a model, best first, and keeps the reason against each that failed. */
final class ModelOpener {

  private final ModelFolder folder;
  private final OpenOptions options;
  private final NativeRuntime runtime;
  private final CpuForm cpuForm;

  /** One way to run the model. */
  private record Way(Device device, EngineKind engine) {}

  ModelOpener(ModelFolder folder, OpenOptions options, NativeRuntime runtime, CpuForm cpuForm) {
    this.folder = folder;
    this.options = options;
    this.runtime = runtime;
    this.cpuForm = cpuForm;
  }

  /**
   * Opens the model by the first way that works.
   *
   * @throws NpuException if none does: the error of the only way, of the best one that found fault
   *     with the model, or all reasons together
   */
  Model open() {
    List<PassedOver> passedOver = new ArrayList<>();
    List<NpuException> failures = new ArrayList<>();
    for (Way way : ways()) {
      try {
        return open(way, List.copyOf(passedOver));
      } catch (NpuException failed) {
        failures.add(failed);
        passedOver.add(new PassedOver(way.device, way.engine, reason(failed)));
      }
    }
    throw failure(failures, passedOver);
  }

  private List<Way> ways() {
    List<Way> ways =
        switch (options.device()) {
          case AUTO ->
              options.epLibrary() != null
                  ? List.of(new Way(Device.AUTO, EngineKind.ORT))
                  : List.of(
                      new Way(Device.NPU, EngineKind.DIRECT),
                      new Way(Device.NPU, EngineKind.ORT),
                      new Way(Device.CPU, EngineKind.ORT),
                      new Way(Device.CPU, EngineKind.JAVA));
          case NPU, EMULATOR ->
              options.epLibrary() != null
                  ? List.of(new Way(options.device(), EngineKind.ORT))
                  : List.of(
                      new Way(options.device(), EngineKind.DIRECT),
                      new Way(options.device(), EngineKind.ORT));
          case GPU -> List.of(new Way(Device.GPU, EngineKind.ORT));
          case CPU ->
              List.of(new Way(Device.CPU, EngineKind.ORT), new Way(Device.CPU, EngineKind.JAVA));
        };
    List<Way> wanted =
        ways.stream()
            .filter(way -> options.engine() == null || way.engine == options.engine())
            .toList();
    if (wanted.isEmpty()) {
      throw new DeviceUnavailableException(
          "nothing can run the model as asked",
          "the engine "
              + options.engine()
              + " does not run models on device "
              + options.device()
              + (options.epLibrary() == null ? "" : " with an execution provider plugin"),
          "Leave out --engine or --device.");
    }
    return wanted;
  }

  private Model open(Way way, List<PassedOver> passedOver) {
    Opening opening = new Opening(options.withDevice(way.device), runtime, null, passedOver);
    return switch (way.engine) {
      case JAVA -> JavaOrtEngine.open(requireOnnx(way), opening);
      case DIRECT -> direct(opening);
      case ORT -> ort(way, opening);
    };
  }

  private Model direct(Opening opening) {
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
        (file, attempt) -> DirectEngine.open(file.binary(), attempt));
  }

  private Model ort(Way way, Opening opening) {
    if (way.device == Device.CPU && options.epLibrary() == null) {
      return cpuForm.open(requireOnnx(way), onnx -> OrtEngine.open(onnx, opening));
    }
    boolean compiled =
        options.epLibrary() == null && (way.device == Device.NPU || way.device == Device.EMULATOR);
    if (!compiled) {
      return OrtEngine.open(requireOnnx(way), opening);
    }
    DirectEngine.requireDevice(way.device, runtime);
    if (folder.epContext().isPresent()) {
      return OrtEngine.open(folder.epContext().get(), opening);
    }
    if (folder.contexts().stream().anyMatch(file -> file.epContext().isPresent())) {
      List<ContextFile> files =
          ContextChoice.of(folder, SharedHtp.start(runtime).target()).stream()
              .filter(file -> file.epContext().isPresent())
              .toList();
      return buckets(
          files,
          opening,
          (file, attempt) -> OrtEngine.open(file.epContext().orElseThrow(), attempt));
    }
    return OrtEngine.open(requireOnnx(way), opening);
  }

  private Path requireOnnx(Way way) {
    if (folder.onnx().isPresent()) {
      return folder.onnx().get();
    }
    if (folder.epContext().isPresent() && way.device == Device.AUTO) {
      return folder.epContext().get();
    }
    throw new DeviceUnavailableException(
        folder.name() + " can't run on the " + way.device,
        "there is no ONNX model beside what was compiled for HTP",
        "Put the model it was compiled from beside it as " + ModelFolder.ONNX + ".");
  }

  /** Opens one file as it is, several as the buckets of one model. */
  private static Model buckets(
      List<ContextFile> files, Opening opening, BiFunction<ContextFile, Opening, Model> open) {
    if (files.isEmpty()) {
      throw new ModelMissingException(
          "the model has no context binary", "", "Make one with npu4j compile.");
    }
    List<BucketModel.Bucket> buckets = new ArrayList<>();
    for (ContextFile file : files) {
      Opening attempt = opening.named(file.sequenceLength().isPresent() ? file.name() : null);
      if (files.size() == 1) {
        return open.apply(file, attempt);
      }
      buckets.add(new BucketModel.Bucket(specs(file, attempt), () -> open.apply(file, attempt)));
    }
    return new BucketModel(buckets);
  }

  /** Reads from the manifest what a bucket's graphs take and give. */
  private static List<GraphSpec> specs(ContextFile file, Opening attempt) {
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

  private static String reason(NpuException failed) {
    return failed.why().isEmpty() ? failed.what() : failed.what() + ": " + failed.why();
  }

  private NpuException failure(List<NpuException> failures, List<PassedOver> passedOver) {
    if (failures.size() == 1) {
      return failures.getFirst();
    }
    for (NpuException failed : failures) {
      if (failed instanceof BadModelException
          || failed instanceof IncompatibleModelException
          || failed instanceof NativeCallException) {
        return failed;
      }
    }
    return new DeviceUnavailableException(
        "nothing here can run " + folder.name(),
        passedOver.stream().map(PassedOver::toString).collect(Collectors.joining("; ")),
        failures.getFirst().advice(),
        failures.getFirst());
  }
}
