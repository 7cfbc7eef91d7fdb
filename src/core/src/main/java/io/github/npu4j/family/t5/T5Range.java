package io.github.npu4j.family.t5;

import io.github.npu4j.engine.Binding;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.open.Models;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.family.Seq2SeqFolder;
import io.github.npu4j.onnx.GraphBuilder;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.store.Progress;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The largest absolute values inside a T5, seen while it ran on the CPU in float32.
 *
 * <p>They can't be told from the weights: a bound by norms is a hundred times too high for some
 * layers, and what a residual stream reaches comes of a few directions that all texts excite. So
 * the graphs of open shape are run on sample texts, with the maximum of each value of interest as a
 * further output.
 *
 * @param residuals by stack, in the order of {@link T5Stack}
 * @param hidden by feed-forward block: the linear projection and the input of {@code .wo}
 */
record T5Range(List<Float> residuals, Map<String, Float> hidden) {

  /** What the outputs of maxima are named before the value's own name. */
  static final String PREFIX = "largest.";

  /** The name of a residual stream's maxima, before the number of the place. */
  static final String RESIDUAL = "residual.";

  /** The names of a hidden layer's maxima, before the block's. */
  static final String PROJECTED = "projected.";

  /** As {@link #PROJECTED}, of what {@code .wo} takes. */
  static final String HIDDEN = "hidden.";

  /** Copies the values. */
  T5Range {
    residuals = List.copyOf(residuals);
    hidden = Map.copyOf(hidden);
  }

  /** Returns the largest value of a stack's residual stream. */
  float residual(T5Stack stack) {
    return residuals.get(stack.ordinal());
  }

  /**
   * Runs a model that was written already.
   *
   * @param folder the folder of its graphs of open shapes, in which two more are made and deleted
   * @param samples the token ids of texts, end tokens included
   * @throws BadModelException if what it computes is no number
   * @throws IOException if the graphs can't be written
   */
  static T5Range of(T5Checkpoint checkpoint, Path folder, List<int[]> samples) throws IOException {
    T5DynamicGraphs graphs = T5DynamicGraphs.measured(checkpoint);
    Path encoderFile = probe(graphs.encoder(), folder, Seq2SeqFolder.ENCODER);
    Path decoderFile = probe(graphs.decoder(), folder, Seq2SeqFolder.DECODER);
    Seen seen = new Seen(checkpoint.config());
    try (Model encoder = Models.open(encoderFile, OpenOptions.on(Device.CPU));
        Model decoder = Models.open(decoderFile, OpenOptions.on(Device.CPU))) {
      for (int[] text : samples) {
        seen.answer(decoder, text, seen.encode(encoder, text));
      }
    } finally {
      Files.delete(encoderFile);
      Files.delete(decoderFile);
    }
    return new T5Range(
        List.of(seen.residuals[0], seen.residuals[1]), Map.copyOf(seen.hiddenLayers));
  }

  /** Writes a graph that tells maxima; its weights are those of the file that tells none. */
  private static Path probe(GraphBuilder graph, Path folder, String written) throws IOException {
    Path file = folder.resolve("range-" + written);
    graph.elsewhere(OnnxModel.read(folder.resolve(written)), _ -> true).write(file, Progress.NONE);
    return file;
  }

  /** The maxima so far. */
  private static final class Seen {

    private final T5Config config;
    private final float[] residuals = new float[T5Stack.values().length];
    private final Map<String, Float> hiddenLayers = new TreeMap<>();

    Seen(T5Config config) {
      this.config = config;
    }

    /** Runs the encoder and returns its last hidden states. */
    float[] encode(Model encoder, int[] text) {
      Shape ids = Shape.of(1, text.length);
      try (Binding binding =
          bind(encoder, Map.of("input_ids", ids, "attention_mask", ids), "attention_mask", text)) {
        binding.run();
        take(binding, encoder, T5Stack.ENCODER);
        float[] states = new float[text.length * config.width()];
        binding.read("last_hidden_state", states);
        return states;
      }
    }

    /** Runs the decoder with the text itself for an answer. */
    void answer(Model decoder, int[] text, float[] states) {
      int[] answer = new int[text.length];
      answer[0] = config.tokens().start();
      System.arraycopy(text, 0, answer, 1, text.length - 1);
      Shape ids = Shape.of(1, text.length);
      Map<String, Shape> shapes =
          Map.of(
              "input_ids", ids,
              "encoder_attention_mask", ids,
              "encoder_hidden_states", Shape.of(1, text.length, config.width()));
      try (Binding binding = bind(decoder, shapes, "encoder_attention_mask", answer)) {
        binding.write("encoder_hidden_states", states);
        binding.run();
        take(binding, decoder, T5Stack.DECODER);
      }
    }

    private static Binding bind(Model model, Map<String, Shape> shapes, String mask, int[] ids) {
      Binding binding = model.bind(model.graphs().getFirst(), shapes);
      MemorySegment tokens = binding.input("input_ids");
      MemorySegment ones = binding.input(mask);
      for (int i = 0; i < ids.length; i++) {
        tokens.setAtIndex(ValueLayout.JAVA_LONG, i, ids[i]);
        ones.setAtIndex(ValueLayout.JAVA_LONG, i, 1);
      }
      return binding;
    }

    private void take(Binding binding, Model model, T5Stack stack) {
      float[] one = new float[1];
      for (TensorSpec output : model.graph(binding.graph()).outputs()) {
        if (!output.name().startsWith(PREFIX)) {
          continue;
        }
        binding.read(output.name(), one);
        String place = output.name().substring(PREFIX.length());
        if (!Float.isFinite(one[0])) {
          throw new BadModelException(
              "the checkpoint can't be used",
              "it computes no number at " + place + ", on the CPU in float32",
              "Save or download it again; if it is right there, its training went wrong.");
        }
        if (place.startsWith(RESIDUAL)) {
          residuals[stack.ordinal()] = Math.max(residuals[stack.ordinal()], one[0]);
        } else {
          hiddenLayers.merge(place.substring(place.indexOf('.') + 1), one[0], Math::max);
        }
      }
    }
  }
}
