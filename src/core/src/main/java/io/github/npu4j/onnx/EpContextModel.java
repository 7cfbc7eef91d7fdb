package io.github.npu4j.onnx;

import io.github.npu4j.tensor.TensorSpec;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * An EPContext model: the ONNX file that lets ONNX Runtime run a context binary that lies beside
 * it.
 *
 * <p>The operator and its attributes are those that ONNX Runtime documents for {@code
 * com.microsoft.EPContext} in its EP context design. The IR version is kept as low as the operator
 * allows, so that older copies of ONNX Runtime read the file too.
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

  private static final int ATTRIBUTE_INT = 2;
  private static final int ATTRIBUTE_STRING = 3;

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
   * @param model a model for which {@link OnnxFile#isCompiled()} is true
   * @param contextFile the binary's path, relative to the folder of the new file
   */
  public static EpContextModel relocated(OnnxFile model, String contextFile) {
    return new EpContextModel(
        model.inputs(),
        model.outputs(),
        model.epContexts().stream().map(node -> relocated(node, contextFile)).toList());
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

  /** Writes the model to a new file. */
  public void writeTo(Path target) throws IOException {
    try (FileChannel channel =
        FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      message().writeTo(channel);
    }
  }

  private ProtoMessage message() {
    ProtoMessage graph = new ProtoMessage();
    nodes.forEach(node -> graph.message(1, message(node)));
    graph.text(2, "compiled");
    inputs.forEach(input -> graph.message(11, StaticModel.tensor(input)));
    outputs.forEach(output -> graph.message(12, StaticModel.tensor(output)));
    return new ProtoMessage()
        .varint(1, IR_VERSION)
        .text(2, "npu4j")
        .message(7, graph)
        .message(8, opset("", ONNX_OPSET))
        .message(8, opset("com.microsoft", 1));
  }

  private static ProtoMessage opset(String domain, long version) {
    return new ProtoMessage().text(1, domain).varint(2, version);
  }

  private static ProtoMessage message(EpContextNode node) {
    ProtoMessage message = new ProtoMessage();
    node.inputs().forEach(input -> message.text(1, input));
    node.outputs().forEach(output -> message.text(2, output));
    message.text(3, node.name()).text(4, "EPContext");
    message.message(5, integer("main_context", node.main() ? 1 : 0));
    message.message(5, integer("embed_mode", 0));
    if (node.contextFile() != null) {
      message.message(5, text("ep_cache_context", node.contextFile()));
    }
    message.message(5, text("partition_name", node.partition()));
    message.message(5, text("source", node.source()));
    message.message(5, text("ep_sdk_version", node.sdkVersion()));
    return message.text(7, "com.microsoft");
  }

  private static ProtoMessage integer(String name, long value) {
    return new ProtoMessage().text(1, name).varint(3, value).varint(20, ATTRIBUTE_INT);
  }

  private static ProtoMessage text(String name, String value) {
    return new ProtoMessage()
        .text(1, name)
        .bytes(4, MemorySegment.ofArray(value.getBytes(StandardCharsets.UTF_8)))
        .varint(20, ATTRIBUTE_STRING);
  }
}
