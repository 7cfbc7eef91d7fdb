package io.github.npu4j.inspect;

import io.github.npu4j.onnx.OnnxGraph;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.OnnxNode;
import io.github.npu4j.onnx.epcontext.EpContextNode;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What an ONNX file says of itself, of its main graph and of what is compiled in it.
 *
 * @param bytes the size of the file; weights kept in other files are not in it
 * @param epContexts the parts that an execution provider compiled earlier
 * @param externalData the files that hold weights, as the model names them
 * @param graph the name of the main graph; may be empty
 * @param inputs what has to be given, each as name, type and shape
 * @param irVersion the version of the format
 * @param metadata further values by name
 * @param operators how many nodes of each operator the main graph has; operators outside the
 *     standard domain are called {@code domain.operator}
 * @param opsets the version of each operator domain; the standard one is the empty name
 * @param outputs what the graph gives, each as name, type and shape
 * @param producer the program that wrote the file; may be empty
 */
public record OnnxFacts(
    long bytes,
    List<EpContext> epContexts,
    List<String> externalData,
    String graph,
    List<String> inputs,
    long irVersion,
    Map<String, String> metadata,
    Map<String, Long> operators,
    Map<String, Long> opsets,
    List<String> outputs,
    String producer) {

  /** Takes copies; the maps are sorted by name. */
  public OnnxFacts {
    epContexts = List.copyOf(epContexts);
    externalData = List.copyOf(externalData);
    inputs = List.copyOf(inputs);
    metadata = sorted(metadata);
    operators = sorted(operators);
    opsets = sorted(opsets);
    outputs = List.copyOf(outputs);
  }

  /**
   * A part of the model that is a graph of a context binary.
   *
   * @param contextFile the context binary's path as the node gives it; empty where it is inside
   * @param embeddedBytes the size of the context binary inside the node; empty where it is a file
   * @param inputs the names of the values that the node takes
   * @param main whether the node carries the context, and not only a graph of another node's
   * @param name the node's name; may be empty
   * @param outputs the names of the values that the node gives
   * @param partition the graph's name in the context binary
   * @param sdkVersion the SDK that made it, such as {@code v2.51.0}; may be empty
   * @param source the execution provider that made it, such as {@code QNN}
   */
  public record EpContext(
      Optional<String> contextFile,
      OptionalLong embeddedBytes,
      List<String> inputs,
      boolean main,
      String name,
      List<String> outputs,
      String partition,
      String sdkVersion,
      String source) {

    /** Takes copies of the lists. */
    public EpContext {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }

    private static EpContext of(EpContextNode node) {
      return new EpContext(
          Optional.ofNullable(node.contextFile()),
          node.embedded() == null
              ? OptionalLong.empty()
              : OptionalLong.of(node.embedded().byteSize()),
          node.inputs(),
          node.main(),
          node.name(),
          node.outputs(),
          node.partition(),
          node.sdkVersion(),
          node.source());
    }
  }

  /**
   * Reads a file. Weights are not read.
   *
   * @throws io.github.npu4j.error.BadModelException if it is no ONNX model, or is damaged
   * @throws io.github.npu4j.error.ModelMissingException if there is no such file
   */
  public static OnnxFacts read(Path file) {
    OnnxModel model = OnnxModel.read(file);
    OnnxGraph graph = model.graph();
    return new OnnxFacts(
        file.toFile().length(),
        EpContextNode.in(model).stream().map(EpContext::of).toList(),
        List.copyOf(model.externalLocations()),
        graph.name(),
        graph.requiredInputs().stream().map(Object::toString).toList(),
        model.irVersion(),
        model.metadata(),
        graph.nodes().stream()
            .collect(Collectors.groupingBy(OnnxFacts::operator, Collectors.counting())),
        model.opsets(),
        graph.outputs().stream().map(Object::toString).toList(),
        model.producer());
  }

  /** Returns how many nodes the main graph has. */
  public long nodes() {
    return operators.values().stream().mapToLong(Long::longValue).sum();
  }

  private static String operator(OnnxNode node) {
    return node.domain().isEmpty() ? node.opType() : node.domain() + "." + node.opType();
  }

  private static <V> Map<String, V> sorted(Map<String, V> values) {
    return Collections.unmodifiableMap(new TreeMap<>(values));
  }
}
