package io.github.npu4j.compile;

import io.github.npu4j.error.CompileFailedException;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.OnnxNode;
import io.github.npu4j.onnx.epcontext.EpContextNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which nodes HTP did not take. ONNX Runtime itself says only that there are some; but
 * the EPContext model that it writes before it fails still has them, beside the nodes for the parts
 * that were compiled.
 */
final class UnsupportedNodes {

  private static final int NAMED = 8;

  /** How ONNX's own check of shapes begins its message. */
  private static final String WRITE_ERROR = "Failed to write context cache file";

  private static final String SHAPE_ERROR = "ShapeInferenceError";

  /** Characters of a logged line that are told. */
  private static final int MOST_LOGGED = 300;

  private UnsupportedNodes() {}

  /**
   * Turns a failed session into the error that names the nodes.
   *
   * @param source the model that was to be compiled
   * @param logged the errors that the libraries logged meanwhile
   */
  static CompileFailedException explain(
      String label,
      Path epContext,
      OnnxModel source,
      List<String> logged,
      CompileFailedException failed) {
    if (Files.exists(epContext)) {
      List<OnnxNode> left = in(OnnxModel.read(epContext));
      if (!left.isEmpty()) {
        return refused(label, left, "HTP can't take " + named(left), failed);
      }
    }
    if (failed.why().contains(WRITE_ERROR)) {
      return unwritten(label, epContext, failed);
    }
    List<String> messages = new ArrayList<>(List.of(failed.why()));
    messages.addAll(logged);
    List<OnnxNode> suspects = NamedNodes.in(source, messages);
    String said = said(failed.why(), logged);
    if (failed.why().contains(SHAPE_ERROR) && !NamedNodes.areBeyondHtp(suspects)) {
      return new CompileFailedException(
          "can't compile " + label,
          said,
          "The model does not fit the shapes of its inputs: check how it was exported, and the"
              + " sizes given to its open dimensions.",
          failed);
    }
    return suspects.isEmpty()
        ? new CompileFailedException(
            "can't compile " + label,
            said,
            "Simplify the model around what the message names, or run it as it is on the CPU.",
            failed)
        : refused(label, suspects, "HTP can't take " + named(suspects) + " [" + said + "]", failed);
  }

  /** The libraries don't say which file it was, nor why; nearly always the disk is full. */
  private static CompileFailedException unwritten(
      String label, Path epContext, CompileFailedException failed) {
    Path folder = epContext.toAbsolutePath().getParent();
    String left = "";
    try {
      left =
          String.format(
              Locale.ROOT,
              ", whose disk has %.1f MB left",
              Files.getFileStore(folder).getUsableSpace() / 1e6);
    } catch (IOException unknown) {
      // what is known is said
    }
    return new CompileFailedException(
        "can't compile " + label,
        WRITE_ERROR + " in " + folder + left,
        "Free some space, or have npu4j's cache on another disk (NPU4J_HOME).",
        failed);
  }

  /** Returns the error, and the first that was logged if it tells something else. */
  private static String said(String why, List<String> logged) {
    return logged.stream()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !why.contains(line) && !line.contains(why))
        .findFirst()
        .map(line -> why + "; " + shortened(line))
        .orElse(why);
  }

  private static String shortened(String line) {
    return line.length() <= MOST_LOGGED ? line : line.substring(0, MOST_LOGGED) + "…";
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

  static String named(List<OnnxNode> nodes) {
    String named =
        nodes.stream().limit(NAMED).map(OnnxNode::toString).collect(Collectors.joining(", "));
    return nodes.size() > NAMED ? named + " and " + (nodes.size() - NAMED) + " more" : named;
  }
}
