package io.github.npu4j.cli.options;

import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.measure.TensorInputs;
import io.github.npu4j.measure.TensorShapes;
import io.github.npu4j.tensor.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every benchmark of a graph of tensors: of what model, which, and what size. */
public final class TensorSettings {

  @Option(
      names = "--model",
      paramLabel = "NAME|FOLDER|FILE",
      description =
          "A model of npu4j models list, a model folder, an ONNX file or a .bin. Default: minilm.")
  private @Nullable String named;

  @Option(
      names = "--graph",
      paramLabel = "NAME",
      description = "The graph to run; without it the first that takes the inputs.")
  @Nullable String graph;

  @Option(
      names = "--shape",
      paramLabel = "INPUT=1x32",
      description = "The shape of an input whose size the model leaves open.")
  private Map<String, String> given = new LinkedHashMap<>();

  @Option(
      names = "--seq",
      paramLabel = "TOKENS",
      description =
          "The size of dimensions that nothing else tells, the first of an input excepted, which "
              + "is 1. Default: that of the graphs with a fixed size, else 16.")
  @Nullable Integer tokens;

  /**
   * Returns the graph and the sizes that were chosen.
   *
   * @param inputs arrays that tell the shapes of inputs too
   * @throws BadInputException if a shape is none
   */
  public TensorShapes chosen(TensorInputs inputs) {
    return new TensorShapes(graph, shapes(), tokens).withShapesOf(inputs);
  }

  /** Returns the model's name or place. */
  public String model() {
    return named == null ? ModelCatalog.defaultName() : named;
  }

  private Map<String, Shape> shapes() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    given.forEach((input, text) -> shapes.put(input, parse(input, text)));
    return shapes;
  }

  private static Shape parse(String input, String text) {
    try {
      long[] sizes = Arrays.stream(text.split("x", -1)).mapToLong(Long::parseLong).toArray();
      if (Arrays.stream(sizes).allMatch(size -> size > 0)) {
        return Shape.of(sizes);
      }
    } catch (NumberFormatException noNumber) {
      // Said below.
    }
    throw new BadInputException(
        text + " is no shape for input " + input, "", "Give its sizes as in --shape ids=1x32.");
  }
}
