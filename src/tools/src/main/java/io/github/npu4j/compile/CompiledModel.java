package io.github.npu4j.compile;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.family.registry.Families;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.ValueInfo;
import io.github.npu4j.runtime.Soc;
import io.github.npu4j.tensor.TensorSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

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

  /**
   * Returns the inputs of the ONNX model that no graph of a context binary takes: the compiler
   * leaves out what has no part in the outputs. Empty for a model that is compiled in parts.
   *
   * @throws io.github.npu4j.error.BadModelException if the ONNX model can't be read
   */
  public List<String> inputsLeftOut(CompiledContext context) {
    if (folder.onnx().isEmpty() || Families.htpForm(folder).isPresent()) {
      return List.of();
    }
    Set<String> taken =
        context.manifest().graphs().stream()
            .flatMap(graph -> graph.inputs().stream())
            .map(TensorSpec::name)
            .collect(Collectors.toSet());
    return OnnxModel.read(folder.requireOnnx()).graph().requiredInputs().stream()
        .map(ValueInfo::name)
        .filter(name -> !taken.contains(name))
        .toList();
  }

  /** Returns where a context binary lies in the folder. */
  public Path file(CompiledContext context) {
    return folder.contextPath(context.soc().name(), context.name());
  }
}
