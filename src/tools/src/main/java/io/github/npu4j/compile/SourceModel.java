package io.github.npu4j.compile;

import io.github.npu4j.artifact.ModelFolderWriter;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/** The ONNX model that a model folder's context binaries were compiled from. */
final class SourceModel {

  private SourceModel() {}

  /**
   * Copies a model with its external data into a model folder.
   *
   * @throws BadModelException if it is not an ONNX model, or its external data lies in a folder
   *     below
   * @throws IOException if a file is missing or the folder can't be written
   */
  static void copy(Path onnx, ModelFolderWriter target) throws IOException {
    OnnxModel model = OnnxModel.read(onnx);
    Path folder = onnx.toAbsolutePath().normalize().getParent();
    for (Path external : model.externalFiles()) {
      if (!Objects.equals(external.normalize().getParent(), folder)) {
        throw new BadModelException(
            onnx.getFileName() + " can't be copied",
            "its weights are in another folder, in " + external,
            "Save the model with one file of external data beside it.");
      }
      target.file(String.valueOf(external.getFileName()), external);
    }
    target.onnx(onnx);
  }
}
