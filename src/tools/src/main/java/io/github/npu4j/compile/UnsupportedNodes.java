package io.github.npu4j.compile;

import io.github.npu4j.error.CompileFailedException;
import io.github.npu4j.onnx.Node;
import io.github.npu4j.onnx.OnnxFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which nodes HTP did not take. ONNX Runtime itself says only that there are some; but
 * the EPContext model that it writes before it gives up still has them, beside the nodes for the
 * parts that were compiled.
 */
final class UnsupportedNodes {

  private static final int NAMED = 8;

  private UnsupportedNodes() {}

  /** Turns a failed session into the error that names the nodes. */
  static CompileFailedException explain(
      String label, Path epContext, CompileFailedException failed) {
    if (Files.exists(epContext)) {
      List<Node> left = in(OnnxFile.read(epContext));
      if (!left.isEmpty()) {
        return refused(label, left, "HTP can't take " + named(left), failed);
      }
    }
    return new CompileFailedException(
        "can't compile " + label, failed.why(), "The log on standard error may say more.", failed);
  }

  /**
   * Checks that nothing but compiled graphs is in an EPContext model.
   *
   * @throws CompileFailedException if a node is left for the CPU, or the model is in several parts
   */
  static void requireNone(OnnxFile epContext, String label) {
    List<Node> left = in(epContext);
    if (!left.isEmpty()) {
      throw refused(label, left, "HTP can't take " + named(left), null);
    }
    if (epContext.epContexts().isEmpty()) {
      throw new CompileFailedException(
          "can't compile " + label,
          "nothing of the model is left for HTP: all of it is constant",
          "Check that its outputs depend on its inputs.");
    }
    if (epContext.epContexts().size() > 1) {
      throw new CompileFailedException(
          "can't compile " + label,
          "the model falls into " + epContext.epContexts().size() + " graphs",
          "Export it as one connected graph.");
    }
  }

  private static List<Node> in(OnnxFile epContext) {
    return epContext.nodes().stream().filter(node -> !node.opType().equals("EPContext")).toList();
  }

  private static CompileFailedException refused(
      String label, List<Node> nodes, String why, @Nullable Throwable cause) {
    String types =
        nodes.stream().map(Node::opType).distinct().limit(NAMED).collect(Collectors.joining(", "));
    return new CompileFailedException(
        "can't compile " + label,
        why,
        "Replace or remove these operators ("
            + types
            + ") in the ONNX model, or run it as it is with --device cpu.",
        cause);
  }

  private static String named(List<Node> nodes) {
    String named =
        nodes.stream().limit(NAMED).map(Node::toString).collect(Collectors.joining(", "));
    return nodes.size() > NAMED ? named + " and " + (nodes.size() - NAMED) + " more" : named;
  }
}
