package io.github.npu4j.measure;

import io.github.npu4j.engine.Binding;
import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.engine.Model;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.numeric.Convert;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Npy;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arrays given to an execution by input name: finds the graph they fit, and puts them into a
 * binding.
 *
 * @param arrays one array an input
 */
public record TensorInputs(Map<String, Npy> arrays) {

  /** Takes a copy of the map, whose order is of no account. */
  public TensorInputs {
    arrays = Map.copyOf(arrays);
  }

  /**
   * Returns the graph to execute: the one that is named, else the only one, else the first whose
   * inputs take the arrays.
   *
   * @throws BadInputException if nothing tells which of several it is
   */
  public String graphOf(Model model, @Nullable String named) {
    if (named != null) {
      return model.graph(named).name();
    }
    List<String> graphs = model.graphs();
    if (graphs.size() == 1) {
      return graphs.getFirst();
    }
    for (String name : graphs) {
      if (!arrays.isEmpty() && fits(model.graph(name))) {
        return name;
      }
    }
    throw new BadInputException(
        "can't tell which graph to run",
        "the model has " + String.join(", ", graphs) + " and the inputs fit none of them",
        "Name one with --graph.");
  }

  /**
   * Binds a graph to the arrays; the caller closes the binding.
   *
   * @throws BadInputException if an array does not fit, or an input of open size has none
   */
  public Binding bind(Model model, String graph) {
    GraphSpec spec = model.graph(graph);
    Map<String, Shape> shapes = new HashMap<>();
    for (TensorSpec input : spec.inputs()) {
      Npy array = arrays.get(input.name());
      if (!input.shape().isStatic()) {
        shapes.put(input.name(), shapeOf(array, input));
      }
    }
    arrays.keySet().forEach(spec::input);
    Binding binding = model.bind(graph, shapes);
    try {
      arrays.forEach((name, array) -> put(binding, name, array));
      return binding;
    } catch (RuntimeException unfit) {
      binding.close();
      throw unfit;
    }
  }

  private static Shape shapeOf(@Nullable Npy array, TensorSpec input) {
    if (array == null) {
      throw new BadInputException(
          "input " + input.name() + " is needed",
          "its shape is " + input.shape() + ", and only an array tells the open dimensions",
          "Give it as --input " + input.name() + "=FILE.npy.");
    }
    return array.shape();
  }

  /** Returns the inputs for which there is no array. */
  public List<String> missing(GraphSpec graph) {
    return graph.inputs().stream()
        .map(TensorSpec::name)
        .filter(name -> !arrays.containsKey(name))
        .toList();
  }

  private boolean fits(GraphSpec graph) {
    return arrays.entrySet().stream()
        .allMatch(entry ->
            graph.inputs().stream()
                .anyMatch(input ->
                    input.name().equals(entry.getKey())
                        && input.shape().accepts(entry.getValue().shape())));
  }

  /** Floats given to an input of another type are converted, as its quantization says. */
  static void put(Binding binding, String name, Npy array) {
    TensorSpec spec = binding.inputSpec(name);
    if (array.type() == ElementType.FLOAT32
        && spec.type() != ElementType.FLOAT32
        && spec.shape().equals(array.shape())) {
      Convert.fromFloats(array.data(), binding.input(name), spec);
    } else {
      binding.input(name).copyFrom(array.dataFor(spec));
    }
  }
}
