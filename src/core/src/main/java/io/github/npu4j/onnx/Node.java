package io.github.npu4j.onnx;

/**
 * One node of a graph.
 *
 * @param name the node's name; often empty
 * @param opType the operator, such as {@code MatMul}
 * @param domain the operator's domain; empty for ONNX's own
 * @param firstOutput the name of the first value it gives; identifies a node that has no name
 */
public record Node(String name, String opType, String domain, String firstOutput) {

  /** Returns the node as {@code /encoder/Erf (Erf)}. */
  @Override
  public String toString() {
    String shown = name.isEmpty() ? "the unnamed node that gives \"" + firstOutput + "\"" : name;
    return shown + " (" + (domain.isEmpty() ? opType : domain + "." + opType) + ")";
  }
}
