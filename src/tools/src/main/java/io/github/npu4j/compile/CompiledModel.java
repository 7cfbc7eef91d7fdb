package io.github.npu4j.compile;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.engine.compatibility.Soc;
import java.nio.file.Path;
import java.util.List;

/**
 * A model folder with the context binaries that a compilation put into it.
 *
 * @param folder the folder that was written
 * @param contexts what was compiled, in the order of SoCs and then of buckets; a file that buckets
 *     share comes last for its SoC
 * @param socs what was compiled for
 * @param buckets the length of each bucket in tokens; empty if the model takes no sequence
 */
public record CompiledModel(
    ModelFolder folder, List<CompiledContext> contexts, List<Soc> socs, List<Integer> buckets) {

  /** Takes copies of the lists. */
  public CompiledModel {
    contexts = List.copyOf(contexts);
    socs = List.copyOf(socs);
    buckets = List.copyOf(buckets);
  }

  /** Returns where a context binary lies in the folder. */
  public Path file(CompiledContext context) {
    return folder.contextPath(context.soc().name(), context.name());
  }
}
