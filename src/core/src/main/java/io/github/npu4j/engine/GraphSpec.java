package io.github.npu4j.engine;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.tensor.TensorSpec;
import java.util.List;

/**
 * What one graph of a model takes and gives, in the order of the model file.
 *
 * @param name the graph's name; an ONNX model without one is called {@code "main"}
 * @param inputs the inputs, dynamic dimensions included
 * @param outputs the outputs, dynamic dimensions included
 */
public record GraphSpec(String name, List<TensorSpec> inputs, List<TensorSpec> outputs) {

  /** The name given to the graph of a model that has none. */
  public static final String UNNAMED = "main";

  /** Takes copies of the lists. */
  public GraphSpec {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * Returns an input by name.
   *
   * @throws BadInputException if the graph has no such input
   */
  public TensorSpec input(String tensor) {
    return find(inputs, tensor, "input");
  }

  /**
   * Returns an output by name.
   *
   * @throws BadInputException if the graph has no such output
   */
  public TensorSpec output(String tensor) {
    return find(outputs, tensor, "output");
  }

  /** Returns whether every input has a static shape. */
  public boolean isStatic() {
    return inputs.stream().allMatch(input -> input.shape().isStatic());
  }

  private TensorSpec find(List<TensorSpec> specs, String tensor, String role) {
    for (TensorSpec spec : specs) {
      if (spec.name().equals(tensor)) {
        return spec;
      }
    }
    throw noSuchTensor(name, tensor, role, specs.stream().map(TensorSpec::name).toList());
  }

  public static BadInputException noSuchTensor(
      String graph, String tensor, String role, List<String> known) {
    return new BadInputException(
        "graph " + graph + " has no " + role + " named " + tensor,
        "its " + role + "s are " + String.join(", ", known),
        "Use one of these names.");
  }
}
