package io.github.npu4j.compile;

import io.github.npu4j.error.CompileFailedException;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.OnnxNode;
import io.github.npu4j.onnx.epcontext.EpContextNode;
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

  /** InterleavedBenchmark a failed session into the error that names the nodes. */
  static CompileFailedException explain(
      String label, Path epContext, CompileFailedException failed) {
    if (Files.exists(epContext)) {
      List<OnnxNode> left = in(OnnxModel.read(epContext));
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
  static void requireNone(OnnxModel epContext, String label) {
    List<OnnxNode> left = in(epContext);
    if (!left.isEmpty()) {
      throw refused(label, left, "HTP can't take " + named(left), null);
    }
    int graphs = EpContextNode.in(epContext).size();
    if (graphs == 0) {
      throw new CompileFailedException(
          "can't compile " + label,
          "nothing of the model is left for HTP: all of it is constant",
          "Check that its outputs depend on its inputs.");
    }
    if (graphs > 1) {
      throw new CompileFailedException(
          "can't compile " + label,
          "the model falls into " + graphs + " graphs",
          "Export it as one connected graph.");
    }
  }

  private static List<OnnxNode> in(OnnxModel epContext) {
    return epContext.graph().nodes().stream()
        .filter(node -> !node.opType().equals("EPContext"))
        .toList();
  }

  private static CompileFailedException refused(
      String label, List<OnnxNode> nodes, String why, @Nullable Throwable cause) {
    String types =
        nodes.stream()
            .map(OnnxNode::opType)
            .distinct()
            .limit(NAMED)
            .collect(Collectors.joining(", "));
    return new CompileFailedException(
        "can't compile " + label,
        why,
        "Replace or remove these operators ("
            + types
            + ") in the ONNX model, or run it as it is with --device cpu.",
        cause);
  }

  private static String named(List<OnnxNode> nodes) {
    String named =
        nodes.stream().limit(NAMED).map(OnnxNode::toString).collect(Collectors.joining(", "));
    return nodes.size() > NAMED ? named + " and " + (nodes.size() - NAMED) + " more" : named;
  }
}
