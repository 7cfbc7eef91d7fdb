package io.github.npu4j.text;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.use.QuantizedNodes;

/**
 * Whether a graph quantizes its activations while it runs, by the range of all that is in a tensor:
 * then a text's output depends on its padding and on the texts beside it.
 */
final class DynamicQuantization {

  private DynamicQuantization() {}

  /** Returns whether a folder's ONNX model does so; no, if it has none. */
  static boolean isIn(ModelFolder folder) {
    if (folder.onnx().isEmpty()) {
      return false;
    }
    try {
      return !QuantizedNodes.dynamic(OnnxModel.read(folder.requireOnnx())).isEmpty();
    } catch (NpuException unreadable) {
      return false; // opening the model says what is wrong with it
    }
  }
}
