package io.github.npu4j.compile;

import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.OnnxNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds in a model the nodes that a failure is about. The libraries name them in several ways, and
 * nodes that they made themselves only by their operator; where they name none, it is what they are
 * known not to take.
 */
final class NamedNodes {

  /** Name and operator, as the libraries write them; names may be empty. */
  private static final List<Pattern> NAMED =
      List.of(
          Pattern.compile("name: ([^,{}]*), type: (\\w+)"),
          Pattern.compile("Node[: ]*\\(([^)]*)\\) Op(?:Type)? ?[:(]?(\\w+)"),
          Pattern.compile("[Nn]ode:? ?['\"`]([^'\"`]*)['\"`]:? (?:OpType:|of type [`'\"]?)(\\w+)"),
          Pattern.compile(
              "[Nn]ode[ :]+['\"`]?([\\w/.:-]*)['\"`]? ?\\(?(?:op_type|type|OpType)[: ]+(\\w+)"),
          Pattern.compile("Node, \\(\"([^\"]*)\", (\\w+)"),
          Pattern.compile("while running (\\w+) node\\. Name:'([^']*)'"));

  /** What HTP has nothing for: the flow of control, and values that are no tensors of numbers. */
  private static final Set<String> NEVER =
      Set.of(
          "If",
          "Loop",
          "Scan",
          "SequenceMap",
          "SequenceAt",
          "SequenceConstruct",
          "SequenceEmpty",
          "SequenceErase",
          "SequenceInsert",
          "SequenceLength",
          "SplitToSequence",
          "ConcatFromSequence",
          "Optional",
          "OptionalGetElement",
          "OptionalHasElement",
          "StringConcat",
          "StringNormalizer",
          "StringSplit",
          "RegexFullMatch",
          "TfIdfVectorizer",
          "LabelEncoder",
          "ZipMap",
          "DictVectorizer",
          "CategoryMapper",
          "TreeEnsembleClassifier",
          "TreeEnsembleRegressor",
          "TreeEnsemble",
          "SVMClassifier",
          "SVMRegressor",
          "Unique",
          "Compress",
          "Det",
          "ImageDecoder",
          "RandomNormal",
          "RandomNormalLike",
          "RandomUniform",
          "Multinomial",
          "RNN");

  private final List<OnnxNode> all = new ArrayList<>();

  private NamedNodes(OnnxModel model) {
    model.graph().forEachGraph(graph -> all.addAll(graph.nodes()));
  }

  /** What stands beside a name in a message. */
  private static final Pattern BESIDE = Pattern.compile("[\\s'\"`,;:(){}\\[\\]]+");

  /**
   * Returns the nodes that messages name and those that HTP never takes, in the model's order.
   *
   * @param messages what the libraries said, with the error itself first
   */
  static List<OnnxNode> in(OnnxModel model, List<String> messages) {
    NamedNodes nodes = new NamedNodes(model);
    Set<OnnxNode> found = new LinkedHashSet<>();
    for (String message : messages) {
      for (Pattern pattern : NAMED) {
        Matcher matcher = pattern.matcher(message);
        while (matcher.find()) {
          boolean typeFirst = pattern == NAMED.getLast();
          found.addAll(
              nodes.called(
                  matcher.group(typeFirst ? 2 : 1).strip(), matcher.group(typeFirst ? 1 : 2)));
        }
      }
    }
    if (found.isEmpty()) {
      Set<String> words = new HashSet<>();
      messages.forEach(message -> words.addAll(List.of(BESIDE.split(message))));
      words.remove("");
      nodes.all.stream().filter(node -> words.contains(node.name())).forEach(found::add);
    }
    return nodes.all.stream()
        .filter(node -> found.contains(node) || NEVER.contains(node.opType()))
        .toList();
  }

  /** Returns whether HTP has nothing for one of the nodes, whatever its shapes and types. */
  static boolean areBeyondHtp(List<OnnxNode> nodes) {
    return nodes.stream().anyMatch(node -> NEVER.contains(node.opType()));
  }

  /** Returns the node of a name, else all of the operator: the optimizer gives names of its own. */
  private List<OnnxNode> called(String name, String type) {
    List<OnnxNode> named =
        all.stream().filter(node -> !name.isEmpty() && node.name().equals(name)).toList();
    return named.isEmpty()
        ? all.stream().filter(node -> node.opType().equals(type)).toList()
        : named;
  }
}
