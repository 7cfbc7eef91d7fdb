package io.github.npu4j.checkpoint;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the weights of a checkpoint folder, in whichever of the usual files they are. */
public final class Checkpoint {

  private Checkpoint() {}

  /**
   * Opens the weights of a checkpoint folder: {@code model.safetensors}, else the shards that
   * {@code model.safetensors.index.json} lists, else {@code pytorch_model.bin} by a reader that
   * executes nothing.
   *
   * @throws ModelMissingException if the folder has none of them
   * @throws BadModelException if a file is damaged or not what it claims to be
   */
  public static TensorSource open(Path folder) {
    Path whole = folder.resolve("model.safetensors");
    if (Files.exists(whole)) {
      return Safetensors.open(whole);
    }
    Path index = folder.resolve("model.safetensors.index.json");
    if (Files.exists(index)) {
      return ShardedSafetensors.open(index);
    }
    Path pickle = folder.resolve("pytorch_model.bin");
    if (Files.exists(pickle)) {
      return PickleTensors.open(pickle);
    }
    throw new ModelMissingException(
        "there are no weights in " + folder,
        "none of model.safetensors, model.safetensors.index.json and pytorch_model.bin is there",
        "Name the folder that save_pretrained wrote.");
  }
}
