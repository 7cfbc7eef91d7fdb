package io.github.npu4j.compile;

import io.github.npu4j.artifact.Manifest;
import io.github.npu4j.qnn.QnnSystem;
import io.github.npu4j.qnn.info.ContextBinary;
import io.github.npu4j.runtime.Soc;
import io.github.npu4j.store.Digest;
import java.util.Optional;

/** From what QNN tells of a context binary to the manifest beside it. */
final class Manifests {

  private Manifests() {}

  static Manifest of(
      ContextBinary binary,
      Digest digest,
      QnnSystem system,
      Optional<String> sourceSha256,
      Optional<String> epContextSha256) {
    return new Manifest(
        digest,
        sourceSha256,
        soc(binary),
        new Manifest.Versions(
            binary.buildId(),
            binary.coreApi().toString(),
            binary.backendApi().toString(),
            system.version().toString(),
            binary.blobVersion().toString()),
        binary.sharedWeightsBytes() > 0,
        binary.graphs().stream()
            .map(graph -> new Manifest.Graph(graph.name(), graph.inputSpecs(), graph.outputSpecs()))
            .toList(),
        epContextSha256);
  }

  /** Names a SoC of the table by it, another by its number. */
  static Manifest.Soc soc(ContextBinary binary) {
    int model = binary.socModel().orElse(0);
    Optional<Soc> known = Soc.of(model);
    if (known.isPresent()) {
      return new Manifest.Soc(known.get().name(), model, known.get().arch());
    }
    return new Manifest.Soc(model == 0 ? "unknown" : "soc-" + model, model, 0);
  }
}
