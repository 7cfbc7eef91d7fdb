package io.github.npu4j.onnx;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node of type {@code EPContext}: a part of a model that an execution provider compiled earlier.
 *
 * @param name the node's name; may be empty
 * @param partition the name of the compiled graph in the context binary
 * @param source the execution provider that made it, such as {@code QNN}
 * @param sdkVersion the provider's SDK, such as {@code v2.51.0}; may be empty
 * @param main whether this node carries the context, and not only a graph of another node's
 * @param contextFile the path of the context binary as the node gives it, relative to the model, or
 *     {@code null} where the context is in the node or in another one
 * @param embedded where in the ONNX file the context binary is, or {@code null}
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
    @Nullable Range embedded,
    List<String> inputs,
    List<String> outputs) {

  /** Takes copies of the lists. */
  public EpContextNode {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * A part of a file.
   *
   * @param offset where it begins, in bytes
   * @param length its size in bytes
   */
  public record Range(long offset, long length) {}
}
