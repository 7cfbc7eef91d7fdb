package io.github.npu4j.engine.open;

import io.github.npu4j.artifact.ContextFile;
import io.github.npu4j.artifact.Manifest;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.engine.compatibility.Compatibility;
import io.github.npu4j.engine.compatibility.Compatibility.ApiVersion;
import io.github.npu4j.engine.compatibility.Compatibility.ContextFacts;
import io.github.npu4j.engine.compatibility.Compatibility.Target;
import io.github.npu4j.engine.compatibility.Compatibility.Verdict;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.IncompatibleModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.runtime.Soc;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds the context binaries of a model folder that suit a device best. */
final class ContextChoice {

  private ContextChoice() {}

  /**
   * Returns the context binaries of the best suited SoC, smallest bucket first.
   *
   * @throws ModelMissingException if the folder has none
   * @throws IncompatibleModelException if none of them can be loaded by the target
   */
  static List<ContextFile> of(ModelFolder folder, Target target) {
    if (folder.isBare()) {
      return folder.contexts();
    }
    if (folder.socs().isEmpty()) {
      throw new ModelMissingException(
          folder.name() + " has no context binary",
          "its folder " + ModelFolder.HTP + " is empty or missing",
          "Make one with npu4j compile.");
    }
    List<String> refusals = new ArrayList<>();
    List<ContextFile> best = List.of();
    Verdict bestVerdict = Verdict.REFUSED;
    int bestArch = 0;
    for (String soc : folder.socs()) {
      List<ContextFile> loadable = new ArrayList<>();
      Verdict verdict = Verdict.FITS;
      for (ContextFile file : folder.contexts(soc)) {
        Compatibility fit = Compatibility.judge(subject(file, soc, target), target);
        if (fit.verdict() == Verdict.REFUSED) {
          refusals.add(soc + "/" + file.name() + ": " + fit.reason());
        } else {
          loadable.add(file);
          verdict = fit.verdict();
        }
      }
      int arch = arch(soc);
      boolean better =
          verdict.compareTo(bestVerdict) < 0 || (verdict == bestVerdict && arch > bestArch);
      if (!loadable.isEmpty() && better) {
        best = loadable;
        bestVerdict = verdict;
        bestArch = arch;
      }
    }
    if (best.isEmpty()) {
      throw new IncompatibleModelException(
          folder.name() + " has no context binary for this device",
          String.join("; ", refusals),
          "Compile the model for this device.");
    }
    return best;
  }

  /**
   * Leaves out each file whose graphs are also in one that shares their weights: the two are the
   * same graphs, and the shared file needs the memory of one.
   */
  static List<ContextFile> withoutTwins(List<ContextFile> files) {
    Set<String> shared = new HashSet<>();
    for (ContextFile file : files) {
      file.manifest().filter(Manifest::sharedWeights).ifPresent(m -> shared.addAll(graphs(m)));
    }
    return files.stream()
        .filter(file ->
            file.manifest()
                .map(m -> m.sharedWeights() || !shared.containsAll(graphs(m)))
                .orElse(true))
        .toList();
  }

  private static List<String> graphs(Manifest manifest) {
    return manifest.graphs().stream().map(Manifest.Graph::name).toList();
  }

  /** What the folder and the manifest say; the file itself is judged again when it is opened. */
  private static ContextFacts subject(ContextFile file, String soc, Target target) {
    Optional<Manifest> manifest = file.manifest();
    int model =
        manifest
            .map(known -> known.soc().model())
            .filter(number -> number != 0)
            .orElseGet(() -> known(soc).map(Soc::model).orElse(0));
    return new ContextFacts(
        Compatibility.HTP_BACKEND,
        model,
        manifest.map(known -> api(known.versions().coreApi())).orElse(target.coreApi()),
        manifest.map(Manifest::sharedWeights).orElse(false));
  }

  /** Reads {@code 2.40.0}; a manifest without a version is judged when the file is opened. */
  private static ApiVersion api(String version) {
    String[] parts = version.split("\\.");
    try {
      return new ApiVersion(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException unknown) {
      return new ApiVersion(2, 0);
    }
  }

  private static int arch(String soc) {
    return known(soc).map(Soc::arch).orElse(0);
  }

  private static Optional<Soc> known(String name) {
    try {
      return Optional.of(Soc.parse(name));
    } catch (BadInputException unknown) {
      return Optional.empty();
    }
  }
}
