package io.github.npu4j.text;

import io.github.npu4j.checkpoint.Checkpoint;
import io.github.npu4j.checkpoint.TensorSource;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.numeric.Convert;
import io.github.npu4j.store.JsonObject;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A dense layer behind the pooling, as sentence-transformers saves it in a folder such as {@code
 * 2_Dense}: {@code activation(x * transposed weight + bias)}.
 */
final class DenseLayer {

  private static final int MOST_FEATURES = 1 << 16;
  private static final long LARGEST_CONFIGURATION = 1 << 20;

  private final int inputs;
  private final int outputs;
  private final float[] weight;
  private final float[] bias;
  private final Activation activation;

  /**
   * Makes a layer of its values.
   *
   * @param weight {@code outputs x inputs}
   * @param bias {@code outputs}
   */
  DenseLayer(int inputs, float[] weight, float[] bias, Activation activation) {
    this.inputs = inputs;
    this.outputs = bias.length;
    this.weight = weight;
    this.bias = bias;
    this.activation = activation;
  }

  /** What is applied to each value at the end, by the name of PyTorch's class. */
  enum Activation {
    IDENTITY("Identity"),
    TANH("Tanh"),
    RELU("ReLU"),
    SIGMOID("Sigmoid"),
    GELU("GELU"),
    SILU("SiLU");

    private final String torch;

    Activation(String torch) {
      this.torch = torch;
    }

    /** Returns the activation's value. */
    float of(double x) {
      return (float)
          switch (this) {
            case IDENTITY -> x;
            case TANH -> Math.tanh(x);
            case RELU -> Math.max(0, x);
            case SIGMOID -> 1 / (1 + Math.exp(-x));
            case GELU -> x * normal(x);
            case SILU -> x / (1 + Math.exp(-x));
          };
    }

    /**
     * Returns the share of the normal distribution below a value, by the error function of
     * Abramowitz and Stegun 7.1.26, whose error is at most 1.5e-7.
     */
    private static double normal(double x) {
      double z = Math.abs(x) / Math.sqrt(2);
      double t = 1 / (1 + 0.3275911 * z);
      double series =
          t
              * (0.254829592
                  + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
      double erf = 1 - series * Math.exp(-z * z);
      return x >= 0 ? (1 + erf) / 2 : (1 - erf) / 2;
    }
  }

  /**
   * Reads a layer's folder.
   *
   * @throws BadModelException if it is none that can be applied
   */
  static DenseLayer open(Path folder) {
    JsonObject json = configuration(folder.resolve("config.json"));
    int inputs = json.integer("in_features", 1, MOST_FEATURES);
    int outputs = json.integer("out_features", 1, MOST_FEATURES);
    // Files of before the field was written mean the default of their library, Tanh.
    String torch = json.has("activation_function") ? json.string("activation_function") : "Tanh";
    Activation activation = activation(folder, torch.substring(torch.lastIndexOf('.') + 1));
    try (TensorSource tensors = Checkpoint.open(folder)) {
      float[] weight = floats(tensors, folder, "linear.weight", Shape.of(outputs, inputs));
      float[] bias =
          json.bool("bias", true)
              ? floats(tensors, folder, "linear.bias", Shape.of(outputs))
              : new float[outputs];
      return new DenseLayer(inputs, weight, bias, activation);
    }
  }

  private static JsonObject configuration(Path file) {
    try {
      if (Files.size(file) > LARGEST_CONFIGURATION) {
        throw new BadModelException(
            file + " can't be read", "it is larger than any configuration", "It is another file.");
      }
      return JsonObject.parse(Files.readAllBytes(file), file.toString(), "It is damaged.");
    } catch (IOException unreadable) {
      throw new BadModelException(
          file + " can't be read", String.valueOf(unreadable), "", unreadable);
    }
  }

  private static Activation activation(Path folder, String name) {
    for (Activation known : Activation.values()) {
      if (known.torch.equals(name)) {
        return known;
      }
    }
    throw new BadModelException(
        folder + " can't be applied",
        "its activation \"" + name + "\" is not known",
        "Export the model with this layer inside its graph.");
  }

  private static float[] floats(TensorSource tensors, Path folder, String name, Shape shape) {
    TensorSpec spec = tensors.spec(name);
    if (!spec.shape().equals(shape)) {
      throw new BadModelException(
          folder + " can't be applied",
          name + " has the shape " + spec.shape() + " and config.json says " + shape,
          "The files belong to different models.");
    }
    float[] values = new float[Math.toIntExact(shape.elements())];
    Convert.toFloats(tensors.data(name), spec, MemorySegment.ofArray(values));
    return values;
  }

  /** Returns the length of what it reads. */
  int inputs() {
    return inputs;
  }

  /** Returns the length of what it gives. */
  int outputs() {
    return outputs;
  }

  /**
   * Applies the layer.
   *
   * @param from holds {@link #inputs()} values from {@code first}
   * @param to receives {@link #outputs()} values from {@code start}; the two don't overlap
   */
  void apply(float[] from, int first, float[] to, int start) {
    for (int row = 0; row < outputs; row++) {
      double sum = bias[row];
      for (int i = 0; i < inputs; i++) {
        sum += (double) weight[row * inputs + i] * from[first + i];
      }
      to[start + row] = activation.of(sum);
    }
  }
}
