package io.github.npu4j.onnx.epcontext;

import io.github.npu4j.onnx.OnnxGraph;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.ValueInfo;
import io.github.npu4j.tensor.TensorSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * An EPContext model: the ONNX file that lets ONNX Runtime run a context binary that lies beside
 * it.
 *
 * <p>The IR version is kept as low as the operator allows, so that older copies of ONNX Runtime
 * read the file too.
 *
 * @param inputs the model's inputs, static
 * @param outputs the model's outputs, static
 * @param nodes the compiled graphs; their {@link EpContextNode#contextFile()} is what is written
 */
public record EpContextModel(
    List<ValueInfo> inputs, List<ValueInfo> outputs, List<EpContextNode> nodes) {

  /** Read by ONNX Runtime 1.18 and newer. */
  private static final long IR_VERSION = 10;

  /** Any released version does: no operator of ONNX's own domain is used. */
  private static final long ONNX_OPSET = 17;

  /** Takes copies of the lists. */
  public EpContextModel {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    nodes = List.copyOf(nodes);
  }

  /**
   * Describes one graph of a context binary of QNN's.
   *
   * @param graph the graph's name in the binary
   * @param inputs its inputs, in the graph's order
   * @param outputs its outputs, in the graph's order
   * @param contextFile the binary's path, relative to the folder of the EPContext model
   * @param sdkVersion the QAIRT build that made the binary; may be empty
   */
  public static EpContextModel ofGraph(
      String graph,
      List<TensorSpec> inputs,
      List<TensorSpec> outputs,
      String contextFile,
      String sdkVersion) {
    return new EpContextModel(
        inputs.stream().map(ValueInfo::of).toList(),
        outputs.stream().map(ValueInfo::of).toList(),
        List.of(
            new EpContextNode(
                graph,
                graph,
                "QNN",
                sdkVersion,
                true,
                contextFile,
                null,
                inputs.stream().map(TensorSpec::name).toList(),
                outputs.stream().map(TensorSpec::name).toList())));
  }

  /**
   * Returns the EPContext model in a file, pointing to a context binary in another place.
   *
   * @param model a model for which {@link EpContextNode#areAllOf} is true
   * @param contextFile the binary's path, relative to the folder of the new file
   */
  public static EpContextModel relocated(OnnxModel model, String contextFile) {
    return new EpContextModel(
        model.graph().requiredInputs(),
        model.graph().outputs(),
        EpContextNode.in(model).stream().map(node -> relocated(node, contextFile)).toList());
  }

  private static EpContextNode relocated(EpContextNode node, String contextFile) {
    return new EpContextNode(
        node.name(),
        node.partition(),
        node.source(),
        node.sdkVersion(),
        node.main(),
        node.main() ? contextFile : null,
        null,
        node.inputs(),
        node.outputs());
  }

  /**
   * Writes the model. It appears whole or not at all.
   *
   * @throws IOException if it can't be written
   */
  public void writeTo(Path target) throws IOException {
    OnnxGraph graph = new OnnxGraph("compiled");
    nodes.forEach(node -> graph.nodes().add(node.toNode()));
    graph.inputs().addAll(inputs);
    graph.outputs().addAll(outputs);
    new OnnxModel(graph, IR_VERSION)
        .producer("npu4j")
        .opset("", ONNX_OPSET)
        .opset(EpContextNode.DOMAIN, 1)
        .write(target);
  }
}
