package io.github.npu4j.family;

import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.StaticShapes;
import io.github.npu4j.onnx.WeightPlacement;
import io.github.npu4j.store.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The graphs of a model folder that are compiled for HTP, each by itself and for each bucket. */
public interface HtpForm {

  /**
   * A graph to compile.
   *
   * @param role what it does in the model
   * @param onnx the file
   */
  record Graph(GraphRole role, Path onnx) {

    /**
     * Returns the shapes of a bucket.
     *
     * @param tokens its length
     * @throws io.github.npu4j.error.BadInputException if it is longer than the graph can be made
     *     for
     * @throws io.github.npu4j.error.BadModelException if the file is no such graph
     */
    public StaticShapes shapes(int tokens) {
      return role.shaping().shapes(OnnxModel.read(onnx), tokens, Map.of());
    }

    /**
     * Writes the graph as it is compiled for a bucket.
     *
     * @param target the ONNX file to write
     * @throws IOException if it can't be written
     */
    public void writeStatic(int tokens, Path target) throws IOException {
      OnnxModel model = OnnxModel.read(onnx);
      role.shaping()
          .shapes(model, tokens, Map.of())
          .applyTo(model)
          .write(target, WeightPlacement.INSIDE, Progress.NONE);
    }
  }

  /** Returns the graphs, in the order in which data flows through them. */
  List<Graph> graphs();

  /**
   * Returns the lengths in tokens that the model was exported for.
   *
   * @throws io.github.npu4j.error.BadModelException if the model's description does not say them
   */
  List<Integer> buckets();

  /**
   * Opens what the graphs of one bucket are compared on.
   *
   * @param graphs the graphs as they are compiled for the bucket, in the order of {@link #graphs}
   * @throws io.github.npu4j.error.BadModelException if the model's description lacks what it takes
   */
  GraphFeeds feeds(List<Path> graphs);
}
