package io.github.npu4j.cli;

import io.github.npu4j.artifact.ContextFile;
import io.github.npu4j.artifact.Integrity;
import io.github.npu4j.artifact.Manifest;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.error.DeviceUnavailableException;
import io.github.npu4j.error.IncompatibleModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.internal.process.ChildResult;
import io.github.npu4j.internal.trial.FirstLoad;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.store.FileMemory;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "verify",
    description = {
      "Check that a context binary is whole: its size and hashes against the manifest beside it, "
          + "its structure by QNN's system library, and a load in a process of its own.",
      "Without a manifest damage in the weights can't be seen."
    },
    footer = {"", "Exit code 4 if anything is wrong with the file."})
final class VerifyCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(
      paramLabel = "FILE",
      description = "A context binary (.bin), an ONNX file, or a model folder, for all in it.")
  Path file = Path.of("");

  @Mixin Report report = new Report();

  VerifyCommand(Console console) {
    this.console = console;
  }

  /** What a check of a file found. */
  enum Status {
    /** Nothing wrong. */
    OK,
    /** Not checked, or not for this machine. */
    NOTICE,
    /** The file is bad. */
    BAD
  }

  /** One check of one file. */
  record Check(Path file, String check, Status status, String detail) {}

  /** The report as data. */
  record Result(Status status, List<Check> checks) {}

  @Override
  public Integer call() {
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
    Status worst = checks.stream().map(Check::status).max(Enum::compareTo).orElseThrow();
    report.print(console, new Result(worst, checks), out -> print(out, checks));
    return worst == Status.BAD ? ExitCode.BAD : ExitCode.DONE;
  }

  private static Check onnx(Path model) {
    return check(
        model,
        "structure",
        () -> {
          OnnxModel file = OnnxModel.read(model);
          return "IR version " + file.irVersion() + ", " + file.graph().nodes().size() + " nodes";
        });
  }

  private static List<Check> binary(ContextFile context) {
    Path file = context.binary();
    List<Check> checks = new ArrayList<>();
    if (context.manifestFile().isPresent()) {
      checks.add(check(file, "manifest", () -> againstManifest(context)));
    } else {
      checks.add(
          new Check(
              file,
              "manifest",
              Status.NOTICE,
              "there is none, so damage in the weights can't be seen; npu4j adopt writes one"));
    }
    checks.add(
        unlessBad(
            checks,
            file,
            "structure",
            () ->
                check(
                    file,
                    "structure",
                    () -> "graphs: " + ContextInspection.read(file).graphs().size())));
    checks.add(unlessBad(checks, file, "load", () -> load(file)));
    return checks;
  }

  /** Native code is not given what is known to be damaged. */
  private static Check unlessBad(List<Check> before, Path file, String name, Supplier<Check> work) {
    return before.stream().anyMatch(done -> done.status == Status.BAD)
        ? new Check(file, name, Status.NOTICE, "not tried with a file that is damaged")
        : work.get();
  }

  private static String againstManifest(ContextFile context) {
    Manifest manifest = context.manifest().orElseThrow();
    try (Arena arena = Arena.ofShared()) {
      manifest.verify(
          FileMemory.read(context.binary(), arena),
          Integrity.SHA256,
          String.valueOf(context.binary().getFileName()));
    }
    return manifest.digest().size() + " bytes, every chunk's SHA-256 is right";
  }

  private static Check load(Path file) {
    return load(file, FirstLoad.of(file, NativeRuntime.find()));
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
    } catch (NpuException bad) {
      if (ExitCode.of(bad) == ExitCode.MISSING) {
        throw bad; // a library, not the file
      }
      return new Check(file, name, Status.BAD, bad.what() + ": " + bad.why());
    }
  }

  private static void print(PrintStream out, List<Check> checks) {
    for (Check check : checks) {
      out.printf(
          Locale.ROOT,
          "%-7s %-10s %s: %s%n",
          check.status.name().toLowerCase(Locale.ROOT),
          check.check,
          check.file.getFileName(),
          check.detail);
    }
  }
}
