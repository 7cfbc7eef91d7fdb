package io.github.npu4j.text;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.onnx.OnnxConstant;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.tensor.Shape;
import java.util.OptionalInt;

/** The table of learned positions in a graph, which a text can't be longer than. */
final class PositionTable {

  private static final String NAME = "position_embeddings.weight";

  /** RoBERTa's and MPNet's tables begin with two rows that no token has. */
  private static final int UNUSED_ROWS = 2;

  private PositionTable() {}

  /**
   * Returns how many tokens the table of a folder's ONNX model is for; empty if there is none under
   * the name that PyTorch's exporter keeps.
   */
  static OptionalInt rows(ModelFolder folder) {
    if (folder.onnx().isEmpty()) {
      return OptionalInt.empty();
    }
    try {
      for (OnnxConstant table : OnnxModel.read(folder.requireOnnx()).graph().initializers()) {
        Shape shape = table.shape();
        if (table.name().endsWith(NAME) && shape.rank() == 2) {
          int rows = Math.toIntExact(shape.dimension(0));
          return OptionalInt.of(rows % 16 == UNUSED_ROWS ? rows - UNUSED_ROWS : rows);
        }
      }
      return OptionalInt.empty();
    } catch (NpuException other) {
      return OptionalInt.empty(); // opening the model says what is wrong with it
    }
  }
}
