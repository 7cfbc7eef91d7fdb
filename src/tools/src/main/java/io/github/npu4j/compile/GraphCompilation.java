package io.github.npu4j.compile;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.family.HtpForm;
import io.github.npu4j.family.registry.Families;
import io.github.npu4j.runtime.Soc;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compiles the graphs of a model that its family compiles apart, each for every bucket. */
final class GraphCompilation {

  private final HtpForm form;
  private final List<Integer> buckets;

  private GraphCompilation(HtpForm form, List<Integer> buckets) {
    this.form = form;
    this.buckets = buckets;
  }

  /**
   * Finds what of a model folder is to be compiled.
   *
   * @param wanted the length of each bucket in tokens; empty for those that the model was exported
   *     for
   * @return empty if the model is not compiled in parts
   * @throws BadInputException if a bucket is longer than the model was exported for
   * @throws io.github.npu4j.error.ModelMissingException if a graph is not there
   * @throws io.github.npu4j.error.BadModelException if a graph is not one of the family
   */
  static Optional<GraphCompilation> of(ModelFolder folder, List<Integer> wanted) {
    Optional<HtpForm> form = Families.htpForm(folder);
    if (form.isEmpty()) {
      return Optional.empty();
    }
    List<Integer> buckets = wanted.isEmpty() ? form.get().buckets() : List.copyOf(wanted);
    buckets.forEach(tokens -> form.get().graphs().getFirst().shapes(tokens));
    return Optional.of(new GraphCompilation(form.get(), buckets));
  }

  /** Returns the length of each bucket in tokens. */
  List<Integer> buckets() {
    return buckets;
  }

  /**
   * Compiles each graph for every bucket, in the order in which data flows.
   *
   * @throws io.github.npu4j.error.NpuException as {@link Compiler#compile} says
   */
  List<CompiledContext> compile(
      Compiler compiler, Soc soc, Map<String, String> epOptions, CompileProgress progress) {
    List<CompiledContext> contexts = new ArrayList<>();
    for (HtpForm.Graph graph : form.graphs()) {
      contexts.addAll(
          compiler.compile(CompileRequest.of(graph, soc, buckets, epOptions), progress));
    }
    return contexts;
  }
}
