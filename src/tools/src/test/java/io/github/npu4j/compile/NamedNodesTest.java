package io.github.npu4j.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.npu4j.onnx.OnnxGraph;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.OnnxNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamedNodesTest {

  private static OnnxNode node(String name, String type) {
    return new OnnxNode(name, type, List.of("x"), List.of("y" + name));
  }

  private static String in(String message, OnnxNode... nodes) {
    OnnxGraph graph = new OnnxGraph("g");
    graph.nodes().addAll(List.of(nodes));
    return NamedNodes.in(new OnnxModel(graph, 8), List.of(message)).toString();
  }

  @Test
  void nodesAreFoundByTheNamesThatTheLibrariesGiveThem() {
    OnnxNode[] nodes = {node("a/proj", "MatMul"), node("a/act", "Relu"), node("b/proj", "MatMul")};
    for (String message :
        List.of(
            "Node (a/proj) Op (MatMul) [ShapeInferenceError] Incompatible dimensions",
            "Unsupported nodes in QNN EP: { name: a/proj, type: MatMul }, ",
            "In Node, (\"a/proj\", MatMul, \"\", -1) : (\"x\": tensor(float)",
            "QNN.backendValidateOpConfig() failed for node `a/proj` of type `MatMul` with error",
            "Non-zero status code returned while running MatMul node. Name:'a/proj' Status",
            "Failed to compose Qnn graph: a/proj: no such output")) {
      assertEquals("[a/proj (MatMul)]", in(message, nodes), message);
    }
  }

  @Test
  void aNodeThatALibraryMadeStandsForThoseOfItsOperator() {
    assertEquals(
        "[a (Conv), b (Conv)]",
        in(
            "Node 'a_token_1' OpType:Conv with domain:com.ms.internal.nhwc was inserted",
            node("a", "Conv"),
            node("r", "Relu"),
            node("b", "Conv")));
  }

  @Test
  void whereNothingIsNamedItIsTheControlFlow() {
    assertEquals("[steps (Loop)]", in("it failed", node("r", "Relu"), node("steps", "Loop")));
    assertEquals("[]", in("it failed", node("r", "Relu")));
  }
}
