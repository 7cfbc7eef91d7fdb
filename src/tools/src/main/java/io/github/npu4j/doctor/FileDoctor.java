package io.github.npu4j.doctor;

import io.github.npu4j.doctor.Machine.Htp;
import io.github.npu4j.doctor.Machine.QnnFacts;
import io.github.npu4j.engine.compatibility.Compatibility;
import io.github.npu4j.engine.compatibility.Compatibility.ApiVersion;
import io.github.npu4j.runtime.Soc;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Judges whether a file will load on a machine, and what stands in the way. Touches nothing. */
public final class FileDoctor {

  private final Machine machine;

  /** Makes a judge for a machine. */
  public FileDoctor(Machine machine) {
    this.machine = machine;
  }

  /** Returns what there is to say of a file; a {@code PROBLEM} means that it will not load. */
  public List<Finding> examine(FileFacts facts) {
    List<Finding> findings = new ArrayList<>();
    examine(facts, findings);
    return List.copyOf(findings);
  }

  private void examine(FileFacts facts, List<Finding> findings) {
    switch (facts) {
      case FileFacts.Binary binary -> binary(binary, findings);
      case FileFacts.EpContext model -> epContext(model, findings);
      case FileFacts.Onnx model -> onnx(model, findings);
      case FileFacts.Folder folder -> folder(folder, findings);
      case FileFacts.Unusable other ->
          findings.add(
              Finding.problem(
                  "file", name(other) + " can't be run", other.reason(), other.advice()));
    }
  }

  /** In a folder with context binaries the ONNX model is there for the CPU. */
  private void folder(FileFacts.Folder folder, List<Finding> findings) {
    boolean compiled = folder.parts().stream().anyMatch(part -> part instanceof FileFacts.Binary);
    for (FileFacts part : folder.parts()) {
      if (compiled && part instanceof FileFacts.Onnx model) {
        findings.add(ir(model.path(), model.irVersion(), model.readable(), false));
      } else {
        examine(part, findings);
      }
    }
  }

  private void binary(FileFacts.Binary binary, List<Finding> findings) {
    findings.add(damage(binary));
    switch (binary.contents()) {
      case ProbeResult.Known<FileFacts.Contents>(FileFacts.Contents contents) -> {
        findings.add(contents(binary, contents));
        findings.add(fit(binary, contents));
      }
      case ProbeResult.Failed<FileFacts.Contents>(String reason, String advice) ->
          findings.add(
              Finding.problem(
                  "file-contents",
                  "QNN can't read "
                      + name(binary)
                      + ": it is damaged, cut short, or no context"
                      + " binary",
                  reason,
                  advice.isEmpty() ? "Get the file again." : advice));
      case ProbeResult.Untried<FileFacts.Contents> _
          when binary.whole() instanceof ProbeResult.Failed<Path> -> {
        // Damaged, as said: native code is not given it.
      }
      case ProbeResult.Untried<FileFacts.Contents> _ ->
          findings.add(
              Finding.note(
                  "file-contents",
                  name(binary) + " was not looked into",
                  "QNN's system library is not here",
                  Doctor.INSTALL));
    }
    load(binary, findings);
  }

  private static Finding damage(FileFacts.Binary binary) {
    return switch (binary.whole()) {
      case ProbeResult.Known<Path>(Path manifest) ->
          Finding.ok(
              "file-damage",
              name(binary) + " is whole: every chunk agrees with " + manifest.getFileName());
      case ProbeResult.Failed<Path>(String reason, String advice) ->
          Finding.problem(
              "file-damage",
              name(binary) + " is not the file that its manifest describes",
              reason,
              advice.isEmpty() ? "Get the file again, or compile the model again." : advice);
      case ProbeResult.Untried<Path> _ ->
          Finding.note(
              "file-damage",
              name(binary) + " has no manifest, so damage in its weights can't be seen",
              "QNN itself checks no checksum: it runs damaged weights without a word",
              "Run npu4j adopt on it: from then on every load is checked.");
    };
  }

  private static Finding contents(FileFacts.Binary binary, FileFacts.Contents contents) {
    int model = contents.judged().socModel();
    String soc =
        model == 0
            ? "an SoC it does not name"
            : Soc.of(model).map(Object::toString).orElse("SoC model " + model);
    return Finding.ok(
        "file-contents",
        name(binary)
            + ": for "
            + soc
            + ", QNN API "
            + contents.judged().coreApi()
            + (contents.build().isEmpty() ? "" : ", QAIRT " + contents.build())
            + ", graphs "
            + String.join(", ", contents.graphs()));
  }

  private Finding fit(FileFacts.Binary binary, FileFacts.Contents contents) {
    if (!(machine.qnn() instanceof ProbeResult.Known<QnnFacts>(QnnFacts facts)
        && facts.htp() instanceof ProbeResult.Known<Htp>(Htp htp))) {
      return Finding.warning(
          "file-device",
          name(binary) + " can't be run here",
          "there is no HTP, neither a real one nor the emulator",
          "See the finding qnn-htp or npu.");
    }
    Compatibility verdict = htp.judge(contents.judged());
    String id = cause(contents.judged(), htp);
    String advice = verdict.advice().isEmpty() ? "Nothing to do." : verdict.advice();
    return switch (verdict.verdict()) {
      case FITS -> new Finding(id, Finding.Status.OK, fits(binary, htp), verdict.reason(), advice);
      case NOTICE ->
          Finding.warning(id, name(binary) + " loads here, with a loss", verdict.reason(), advice);
      case UNKNOWN ->
          Finding.note(
              id, "Whether " + name(binary) + " loads here is unknown", verdict.reason(), advice);
      case REFUSED ->
          Finding.problem(id, name(binary) + " can't be loaded here", verdict.reason(), advice);
    };
  }

  private static String fits(FileFacts.Binary binary, Htp htp) {
    return name(binary) + " fits " + (htp.emulator() ? "the emulator" : "this NPU");
  }

  /** Names what the judgement rests on, in the order in which it is made. */
  private static String cause(Compatibility.ContextFacts file, Htp htp) {
    if (file.backend() != Compatibility.HTP_BACKEND) {
      return "file-backend";
    }
    ApiVersion api = file.coreApi();
    if (api.major() != htp.coreApiMajor() || api.minor() > htp.coreApiMinor()) {
      return "file-api";
    }
    return htp.emulator() && file.sharedWeights() ? "file-shared-weights" : "file-soc";
  }

  private static void load(FileFacts.Binary binary, List<Finding> findings) {
    switch (binary.load()) {
      case ProbeResult.Known<Double>(Double millis) ->
          findings.add(
              Finding.ok(
                  "file-load",
                  String.format(
                      Locale.ROOT,
                      "%s was loaded in a process of its own in %.0f ms",
                      name(binary),
                      millis)));
      case ProbeResult.Failed<Double>(String reason, String advice) ->
          findings.add(
              Finding.problem(
                  "file-load",
                  name(binary) + " was tried in a process of its own and did not load",
                  reason,
                  advice.isEmpty() ? "Don't load this file here." : advice));
      case ProbeResult.Untried<Double> _ -> {
        // Nothing to load it with, or already refused: said by the other findings.
      }
    }
  }

  private void epContext(FileFacts.EpContext model, List<Finding> findings) {
    findings.add(ir(model.path(), model.irVersion(), model.readable(), true));
    qairt(model, findings);
    model
        .missing()
        .ifPresent(file ->
            findings.add(
                Finding.problem(
                    "file-context",
                    name(model) + " points to a context binary that is not there",
                    "there is no " + file,
                    "Keep both files in one folder.")));
    model.binary().ifPresent(binary -> binary(binary, findings));
  }

  private void qairt(FileFacts.EpContext model, List<Finding> findings) {
    if (machine.qnn() instanceof ProbeResult.Known<QnnFacts>(QnnFacts facts)
        && !model.sdkVersion().isEmpty()
        && Versions.older(facts.build(), model.sdkVersion())) {
      findings.add(
          Finding.warning(
              "file-qairt",
              name(model) + " was made by a newer QAIRT than the runtime here",
              "the file says " + model.sdkVersion() + ", the runtime " + facts.build(),
              "Install a newer runtime (npu4j runtime install) or compile the model again."));
    }
  }

  private void onnx(FileFacts.Onnx model, List<Finding> findings) {
    findings.add(ir(model.path(), model.irVersion(), model.readable(), false));
    findings.add(
        Finding.note(
            "file-onnx",
            name(model) + " is not compiled: it runs on the CPU",
            "an NPU runs context binaries",
            "Run npu4j compile on it for an NPU."));
  }

  private static Finding ir(Path path, long version, long readable, boolean compiled) {
    if (version <= readable) {
      return Finding.ok(
          "file-ir", path.getFileName() + ": ONNX IR version " + version + " can be read");
    }
    return Finding.problem(
        "file-ir",
        path.getFileName()
            + " has ONNX IR version "
            + version
            + ", and ONNX Runtime here reads"
            + " up to "
            + readable,
        "a newer ONNX Runtime wrote it",
        compiled
            ? "The context binary that it points to is not affected: run npu4j adopt on this file,"
                + " which writes a model that can be read."
            : "Export the model with an older IR version.");
  }

  private static String name(FileFacts facts) {
    Path name = facts.path().getFileName();
    return name == null ? facts.path().toString() : name.toString();
  }
}
