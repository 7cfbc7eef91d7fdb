package io.github.npu4j.doctor;

import io.github.npu4j.artifact.ContextFile;
import io.github.npu4j.artifact.Integrity;
import io.github.npu4j.artifact.Manifest;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.doctor.Machine.Htp;
import io.github.npu4j.doctor.Machine.QnnFacts;
import io.github.npu4j.engine.compatibility.Compatibility;
import io.github.npu4j.engine.compatibility.Compatibility.ApiVersion;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.internal.process.ChildResult;
import io.github.npu4j.internal.trial.FirstLoad;
import io.github.npu4j.internal.trial.FirstLook;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.epcontext.EpContextNode;
import io.github.npu4j.qnn.QnnSystem;
import io.github.npu4j.qnn.info.ContextBinary;
import io.github.npu4j.qnn.info.GraphInfo;
import io.github.npu4j.runtime.LibrarySearch;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.store.files.FileMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks into a file as far as this machine's libraries allow. */
final class FileProbe {

  private final NativeRuntime runtime;
  private final Machine machine;

  FileProbe(NativeRuntime runtime, Machine machine) {
    this.runtime = runtime;
    this.machine = machine;
  }

  /**
   * Returns what there is to see of a file or a model folder.
   *
   * @throws ModelMissingException if it is not there
   */
  FileFacts probe(Path path) {
    if (!Files.exists(path)) {
      throw new ModelMissingException("there is no file or folder " + path, "", "Check the path.");
    }
    if (Files.isDirectory(path)) {
      return folder(path);
    }
    String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".dlc")) {
      return new FileFacts.Unusable(
          path,
          "a DLC is a model for the QAIRT tools, not yet compiled for a device",
          "Make a context binary of it with qnn-context-binary-generator of the QAIRT SDK, or"
              + " export the model from AI Hub as a context binary.");
    }
    if (name.endsWith(".zip")) {
      return new FileFacts.Unusable(
          path, "it is an archive", "Run npu4j adopt on it: that unpacks what can be run.");
    }
    return name.endsWith(".onnx") ? onnx(path) : binary(path, Manifest.besideOf(path));
  }

  private FileFacts folder(Path path) {
    ModelFolder folder;
    try {
      folder = ModelFolder.open(path);
    } catch (NpuException bad) {
      return new FileFacts.Unusable(path, QnnProbe.reason(bad), bad.advice());
    }
    List<FileFacts> parts = new ArrayList<>();
    folder.onnxFiles().forEach(model -> parts.add(onnx(model)));
    for (ContextFile context : folder.contexts()) {
      parts.add(binary(context.binary(), Manifest.besideOf(context.binary())));
    }
    return new FileFacts.Folder(path, parts);
  }

  private FileFacts onnx(Path path) {
    OnnxModel model;
    try {
      model = OnnxModel.read(path);
    } catch (NpuException bad) {
      return new FileFacts.Unusable(path, QnnProbe.reason(bad), bad.advice());
    }
    List<EpContextNode> compiled = EpContextNode.in(model);
    if (compiled.isEmpty()) {
      return new FileFacts.Onnx(path, model.irVersion(), OnnxModel.NEWEST_IR_VERSION);
    }
    Path beside = path.toAbsolutePath().getParent();
    Optional<Path> file =
        compiled.stream()
            .flatMap(node -> Stream.ofNullable(node.contextFile()))
            .findFirst()
            .map(relative -> beside == null ? Path.of(relative) : beside.resolve(relative));
    return new FileFacts.EpContext(
        path,
        model.irVersion(),
        OnnxModel.NEWEST_IR_VERSION,
        compiled.getFirst().sdkVersion(),
        file.filter(Files::isRegularFile).map(f -> binary(f, Manifest.besideOf(f))),
        file.filter(f -> !Files.isRegularFile(f)));
  }

  private FileFacts.Binary binary(Path path, Path manifest) {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment content = FileMemory.read(path, arena);
      ProbeResult<Path> whole = whole(path, content, manifest);
      ProbeResult<FileFacts.Contents> contents =
          whole instanceof ProbeResult.Failed<Path>
              ? new ProbeResult.Untried<>()
              : contents(path, content, whole instanceof ProbeResult.Known<Path>);
      return new FileFacts.Binary(path, contents, whole, load(path, whole, contents));
    } catch (BadModelException unreadable) {
      return new FileFacts.Binary(
          path,
          new ProbeResult.Failed<>(QnnProbe.reason(unreadable), unreadable.advice()),
          new ProbeResult.Untried<>(),
          new ProbeResult.Untried<>());
    }
  }

  private static ProbeResult<Path> whole(Path path, MemorySegment content, Path manifest) {
    if (!Files.isRegularFile(manifest)) {
      return new ProbeResult.Untried<>();
    }
    try {
      Manifest.read(manifest).verify(content, Integrity.CRC32C, path.getFileName().toString());
      return new ProbeResult.Known<>(manifest);
    } catch (NpuException differs) {
      return new ProbeResult.Failed<>(QnnProbe.reason(differs), differs.advice());
    }
  }

  private ProbeResult<FileFacts.Contents> contents(
      Path path, MemorySegment content, boolean proven) {
    if (!(runtime.qnnSystem() instanceof LibrarySearch.Found system)) {
      return new ProbeResult.Untried<>();
    }
    try {
      if (!proven) {
        String name = String.valueOf(path.getFileName());
        FirstLook.require(path, name, system.path(), runtime.cache());
      }
      ContextBinary binary = QnnSystem.load(system.path()).read(content);
      return new ProbeResult.Known<>(
          new FileFacts.Contents(
              new Compatibility.ContextFacts(
                  binary.backendId(),
                  binary.socModel().orElse(0),
                  new ApiVersion(binary.coreApi().major(), binary.coreApi().minor()),
                  binary.sharedWeightsBytes() > 0),
              binary.buildId(),
              binary.graphs().stream().map(GraphInfo::name).toList()));
    } catch (NpuException bad) {
      return new ProbeResult.Failed<>(QnnProbe.reason(bad), bad.advice());
    }
  }

  /** Loads only what is not known to be damaged and has not been refused. */
  private ProbeResult<Double> load(
      Path path, ProbeResult<Path> whole, ProbeResult<FileFacts.Contents> contents) {
    if (whole instanceof ProbeResult.Failed<Path> || !isAccepted(contents)) {
      return new ProbeResult.Untried<>();
    }
    return switch (FirstLoad.of(path, runtime)) {
      case ChildResult.Answered(List<String> lines) ->
          new ProbeResult.Known<>(Double.valueOf(lines.getFirst()));
      case ChildResult.Refused(String _, String what, String why, String advice) ->
          new ProbeResult.Failed<>(why.isEmpty() ? what : what + ": " + why, advice);
      case ChildResult.Died(String how, String _) ->
          new ProbeResult.Failed<>("the process " + how, "");
    };
  }

  private boolean isAccepted(ProbeResult<FileFacts.Contents> contents) {
    return contents instanceof ProbeResult.Known<FileFacts.Contents> known
        && machine.qnn() instanceof ProbeResult.Known<QnnFacts> qnn
        && qnn.value().htp() instanceof ProbeResult.Known<Htp> htp
        && htp.value().judge(known.value().judged()).verdict() != Compatibility.Verdict.REFUSED;
  }
}
