package io.github.npu4j.onnx.epcontext;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.onnx.ByteSource;
import io.github.npu4j.onnx.OnnxAttribute;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.OnnxNode;
import io.github.npu4j.store.files.InsideFolder;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A node of type {@code EPContext}: a part of a model that an execution provider compiled earlier.
 * The operator and its attributes are those that ONNX Runtime documents for {@code
 * com.microsoft.EPContext} in its EP context design.
 *
 * @param name the node's name; may be empty
 * @param partition the name of the compiled graph in the context binary
 * @param source the execution provider that made it, such as {@code QNN}
 * @param sdkVersion the provider's SDK, such as {@code v2.51.0}; may be empty
 * @param main whether this node carries the context, and not only a graph of another node's
 * @param contextFile the path of the context binary as the node gives it, relative to the model, or
 *     {@code null} where the context is in the node or in another one
 * @param embedded the context binary, if it is in the node itself, or {@code null}
 * @param inputs the names of the values it takes
 * @param outputs the names of the values it gives
 */
public record EpContextNode(
    String name,
    String partition,
    String source,
    String sdkVersion,
    boolean main,
    @Nullable String contextFile,
    @Nullable ByteSource embedded,
    List<String> inputs,
    List<String> outputs) {

  static final String DOMAIN = "com.microsoft";

  private static final String OP_TYPE = "EPContext";
  private static final String MAIN = "main_context";
  private static final String EMBED_MODE = "embed_mode";
  private static final String CONTEXT = "ep_cache_context";
  private static final String PARTITION = "partition_name";
  private static final String SOURCE = "source";
  private static final String SDK_VERSION = "ep_sdk_version";

  /** Takes copies of the lists. */
  public EpContextNode {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** Returns the nodes of a model's main graph that are of this type. */
  public static List<EpContextNode> in(OnnxModel model) {
    return model.graph().nodes().stream()
        .filter(EpContextNode::isEpContext)
        .map(EpContextNode::of)
        .toList();
  }

  /**
   * Returns the file that a path in a node stands for.
   *
   * @param folder the model's
   * @param contextFile the path as the node has it; tools on Windows write backslashes
   * @return the file, which need not exist; empty if the path or a link leads out of the folder
   */
  public static Optional<Path> inside(Path folder, String contextFile) {
    try {
      Path file = folder.resolve(contextFile.replace('\\', '/')).normalize();
      return InsideFolder.holds(folder, file) ? Optional.of(file) : Optional.empty();
    } catch (InvalidPathException | IOException notAPath) {
      return Optional.empty();
    }
  }

  /**
   * Refuses an EPContext model whose context binary is not its own: ONNX Runtime opens whatever
   * file such a model names.
   *
   * @param model an ONNX model, with compiled graphs or without
   * @throws BadModelException if it names a file outside its folder
   */
  public static void requireOwnFiles(Path model) {
    Path folder = model.toAbsolutePath().normalize().resolveSibling(".").normalize();
    for (EpContextNode node : in(OnnxModel.read(model))) {
      String file = node.contextFile();
      if (file != null && inside(folder, file).isEmpty()) {
        throw new BadModelException(
            model + " can't be opened",
            "it points to \"" + file + "\", which is outside its folder",
            "Don't trust this file.");
      }
    }
  }

  /** Returns whether a model is nothing but compiled graphs. */
  public static boolean areAllOf(OnnxModel model) {
    List<OnnxNode> nodes = model.graph().nodes();
    return !nodes.isEmpty() && nodes.stream().allMatch(EpContextNode::isEpContext);
  }

  private static boolean isEpContext(OnnxNode node) {
    return node.opType().equals(OP_TYPE);
  }

  private static EpContextNode of(OnnxNode node) {
    ByteSource context =
        node.attribute(CONTEXT).flatMap(given -> given.bytes().stream().findFirst()).orElse(null);
    boolean embedded = node.integer(EMBED_MODE, 1) != 0;
    return new EpContextNode(
        node.name(),
        node.text(PARTITION),
        node.text(SOURCE),
        node.text(SDK_VERSION),
        node.integer(MAIN, 1) != 0,
        context == null || embedded ? null : node.text(CONTEXT),
        embedded ? context : null,
        node.inputs(),
        node.outputs());
  }

  /** Returns the node as it stands in a file, with a context binary beside it. */
  OnnxNode toNode() {
    OnnxNode node = new OnnxNode(name, OP_TYPE, inputs, outputs).domain(DOMAIN);
    node.with(OnnxAttribute.of(MAIN, main ? 1L : 0L)).with(OnnxAttribute.of(EMBED_MODE, 0L));
    if (contextFile != null) {
      node.with(OnnxAttribute.of(CONTEXT, contextFile));
    }
    return node.with(OnnxAttribute.of(PARTITION, partition))
        .with(OnnxAttribute.of(SOURCE, source))
        .with(OnnxAttribute.of(SDK_VERSION, sdkVersion));
  }
}
