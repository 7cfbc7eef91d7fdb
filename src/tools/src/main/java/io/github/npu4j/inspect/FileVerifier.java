package io.github.npu4j.inspect;

import io.github.npu4j.artifact.ContextFile;
import io.github.npu4j.artifact.Integrity;
import io.github.npu4j.artifact.Manifest;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.error.DeviceUnavailableException;
import io.github.npu4j.error.IncompatibleModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.error.RuntimeMissingException;
import io.github.npu4j.inspect.VerifyReport.Check;
import io.github.npu4j.inspect.VerifyReport.Status;
import io.github.npu4j.internal.process.ChildResult;
import io.github.npu4j.internal.trial.FirstLoad;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.store.files.FileMemory;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Checks that model files are whole: the size and hashes of a context binary against the manifest
 * beside it, its structure by QNN's system library, and a load in a child process; of an ONNX file
 * the structure.
 *
 * <p>A file that is found damaged is not given to native code. Without a manifest damage in the
 * weights can't be seen, which is reported as a notice.
 */
public final class FileVerifier {

  private final NativeRuntime runtime;

  /** Makes a verifier with the libraries of a runtime; nothing is loaded yet. */
  public FileVerifier(NativeRuntime runtime) {
    this.runtime = runtime;
  }

  /**
   * Verifies a file, or every file of a model folder. Starts a child process for each context
   * binary.
   *
   * @param file a context binary, an ONNX file, or a model folder
   * @throws ModelMissingException if it is not there, or has nothing to verify
   * @throws RuntimeMissingException if there is no library to check a context binary with
   */
  public VerifyReport verify(Path file) {
    if (!Files.exists(file)) {
      throw new ModelMissingException("there is no file " + file, "", "Check the path.");
    }
    ModelFolder folder = ModelFolder.open(file);
    List<Check> checks = new ArrayList<>();
    folder.onnxFiles().forEach(model -> checks.add(onnx(model)));
    folder.epContext().ifPresent(model -> checks.add(onnx(model)));
    for (ContextFile context : folder.contexts()) {
      checks.addAll(binary(context));
    }
    if (checks.isEmpty()) {
      throw new ModelMissingException(
          "there is nothing to verify in " + file,
          "it has neither an ONNX model nor a context binary",
          "npu4j compile or export makes them.");
    }
    return VerifyReport.of(checks);
  }

  private static Check onnx(Path model) {
    return check(
        model,
        "structure",
        () -> {
          OnnxFacts facts = OnnxFacts.read(model);
          return "IR version " + facts.irVersion() + ", " + facts.nodes() + " nodes";
        });
  }

  private List<Check> binary(ContextFile context) {
    Path file = context.binary();
    List<Check> checks = new ArrayList<>();
    if (context.manifestFile().isPresent()) {
      checks.add(check(file, "manifest", () -> compareWithManifest(context)));
    } else {
      checks.add(
          new Check(
              file,
              "manifest",
              Status.NOTICE,
              "there is none, so damage in the weights can't be seen; npu4j adopt writes one"));
    }
    checks.add(unlessBad(checks, file, "structure", () -> structure(file)));
    checks.add(unlessBad(checks, file, "load", () -> load(file, FirstLoad.of(file, runtime))));
    return checks;
  }

  /** Native code is not given what is known to be damaged. */
  private static Check unlessBad(List<Check> before, Path file, String name, Supplier<Check> work) {
    return before.stream().anyMatch(done -> done.status() == Status.BAD)
        ? new Check(file, name, Status.NOTICE, "not tried with a file that is damaged")
        : work.get();
  }

  private static String compareWithManifest(ContextFile context) {
    Manifest manifest = context.manifest().orElseThrow();
    try (Arena arena = Arena.ofShared()) {
      manifest.verify(
          FileMemory.read(context.binary(), arena),
          Integrity.SHA256,
          String.valueOf(context.binary().getFileName()));
    }
    return manifest.digest().size() + " bytes, every chunk's SHA-256 is right";
  }

  private Check structure(Path file) {
    return check(
        file,
        "structure",
        () -> "graphs: " + ContextInspection.read(file, runtime).graphs().size());
  }

  /** Says what a first load tells of the file; what this machine lacks is no fault of it. */
  static Check load(Path file, ChildResult result) {
    return switch (result) {
      case ChildResult.Answered(List<String> lines) ->
          new Check(
              file,
              "load",
              Status.OK,
              "in "
                  + Math.round(Double.parseDouble(lines.getFirst()))
                  + " ms, in a process of its own");
      case ChildResult.Refused refused
          when refused.is(IncompatibleModelException.class)
              || refused.is(DeviceUnavailableException.class) ->
          new Check(file, "load", Status.NOTICE, "not on this machine: " + refused.why());
      case ChildResult.Refused refused ->
          new Check(file, "load", Status.BAD, refused.what() + ": " + refused.why());
      case ChildResult.Died(String how, String _) ->
          new Check(file, "load", Status.BAD, "the process that tried it " + how);
    };
  }

  private static Check check(Path file, String name, Supplier<String> work) {
    try {
      return new Check(file, name, Status.OK, work.get());
    } catch (RuntimeMissingException | DeviceUnavailableException | ModelMissingException missing) {
      throw missing; // something that the check needs; nothing is wrong with the file
    } catch (NpuException bad) {
      return new Check(file, name, Status.BAD, bad.what() + ": " + bad.why());
    }
  }
}
