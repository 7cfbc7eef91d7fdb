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
import io.github.npu4j.store.FileMemory;
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
  Subject look(Path path) {
    if (!Files.exists(path)) {
      throw new ModelMissingException("there is no file or folder " + path, "", "Check the path.");
    }
    if (Files.isDirectory(path)) {
      return folder(path);
    }
    String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".dlc")) {
      return new Subject.Unusable(
          path,
          "a DLC is a model for the QAIRT tools, not yet compiled for a device",
          "Make a context binary of it with qnn-context-binary-generator of the QAIRT SDK, or"
              + " export the model from AI Hub as a context binary.");
    }
    if (name.endsWith(".zip")) {
      return new Subject.Unusable(
          path, "it is an archive", "Run npu4j adopt on it: that unpacks what can be run.");
    }
    return name.endsWith(".onnx") ? onnx(path) : binary(path, Manifest.besideOf(path));
  }

  private Subject folder(Path path) {
    ModelFolder folder;
    try {
      folder = ModelFolder.open(path);
    } catch (NpuException bad) {
      return new Subject.Unusable(path, QnnProbe.reason(bad), bad.advice());
    }
    List<Subject> parts = new ArrayList<>();
    folder.onnxFiles().forEach(model -> parts.add(onnx(model)));
    for (ContextFile context : folder.contexts()) {
      parts.add(binary(context.binary(), Manifest.besideOf(context.binary())));
    }
    return new Subject.Folder(path, parts);
  }

  private Subject onnx(Path path) {
    OnnxModel model;
    try {
      model = OnnxModel.read(path);
    } catch (NpuException bad) {
      return new Subject.Unusable(path, QnnProbe.reason(bad), bad.advice());
    }
    List<EpContextNode> compiled = EpContextNode.in(model);
    if (compiled.isEmpty()) {
      return new Subject.Onnx(path, model.irVersion(), OnnxModel.NEWEST_IR_VERSION);
    }
    Path beside = path.toAbsolutePath().getParent();
    Optional<Path> file =
        compiled.stream()
            .flatMap(node -> Stream.ofNullable(node.contextFile()))
            .findFirst()
            .map(relative -> beside == null ? Path.of(relative) : beside.resolve(relative));
    return new Subject.EpContext(
        path,
        model.irVersion(),
        OnnxModel.NEWEST_IR_VERSION,
        compiled.getFirst().sdkVersion(),
        file.filter(Files::isRegularFile).map(f -> binary(f, Manifest.besideOf(f))),
        file.filter(f -> !Files.isRegularFile(f)));
  }

  private Subject.Binary binary(Path path, Path manifest) {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment content = FileMemory.read(path, arena);
      Seen<Path> whole = whole(path, content, manifest);
      Seen<Subject.Contents> contents =
          whole instanceof Seen.Failed<Path>
              ? new Seen.Untried<>()
              : contents(path, content, whole instanceof Seen.Known<Path>);
      return new Subject.Binary(path, contents, whole, load(path, whole, contents));
    } catch (BadModelException unreadable) {
      return new Subject.Binary(
          path,
          new Seen.Failed<>(QnnProbe.reason(unreadable), unreadable.advice()),
          new Seen.Untried<>(),
          new Seen.Untried<>());
    }
  }

  private static Seen<Path> whole(Path path, MemorySegment content, Path manifest) {
    if (!Files.isRegularFile(manifest)) {
      return new Seen.Untried<>();
    }
    try {
      Manifest.read(manifest).verify(content, Integrity.CRC32C, path.getFileName().toString());
      return new Seen.Known<>(manifest);
    } catch (NpuException differs) {
      return new Seen.Failed<>(QnnProbe.reason(differs), differs.advice());
    }
  }

  private Seen<Subject.Contents> contents(Path path, MemorySegment content, boolean proven) {
    if (!(runtime.qnnSystem() instanceof LibrarySearch.Found system)) {
      return new Seen.Untried<>();
    }
    try {
      if (!proven) {
        String name = String.valueOf(path.getFileName());
        FirstLook.require(path, name, system.path(), runtime.cache());
      }
      ContextBinary binary = QnnSystem.load(system.path()).read(content);
      return new Seen.Known<>(
          new Subject.Contents(
              new Compatibility.ContextFacts(
                  binary.backendId(),
                  binary.socModel().orElse(0),
                  new ApiVersion(binary.coreApi().major(), binary.coreApi().minor()),
                  binary.sharedWeightsBytes() > 0),
              binary.buildId(),
              binary.graphs().stream().map(GraphInfo::name).toList()));
    } catch (NpuException bad) {
      return new Seen.Failed<>(QnnProbe.reason(bad), bad.advice());
    }
  }

  /** Loads only what is not known to be damaged and has not been refused. */
  private Seen<Double> load(Path path, Seen<Path> whole, Seen<Subject.Contents> contents) {
    if (whole instanceof Seen.Failed<Path> || !isAccepted(contents)) {
      return new Seen.Untried<>();
    }
    return switch (FirstLoad.of(path, runtime)) {
      case ChildResult.Answered(List<String> lines) ->
          new Seen.Known<>(Double.valueOf(lines.getFirst()));
      case ChildResult.Refused(String _, String what, String why, String advice) ->
          new Seen.Failed<>(why.isEmpty() ? what : what + ": " + why, advice);
      case ChildResult.Died(String how, String _) -> new Seen.Failed<>("the process " + how, "");
    };
  }

  private boolean isAccepted(Seen<Subject.Contents> contents) {
    return contents instanceof Seen.Known<Subject.Contents> seen
        && machine.qnn() instanceof Seen.Known<QnnFacts> qnn
        && qnn.value().htp() instanceof Seen.Known<Htp> htp
        && htp.value().judge(seen.value().judged()).verdict() != Compatibility.Verdict.REFUSED;
  }
}
