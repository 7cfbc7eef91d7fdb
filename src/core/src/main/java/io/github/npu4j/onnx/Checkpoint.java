package io.github.npu4j.onnx;

import io.github.npu4j.checkpoint.PickleTensors;
import io.github.npu4j.checkpoint.Safetensors;
import io.github.npu4j.checkpoint.ShardedSafetensors;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * The named tensors of a checkpoint, as slices of its mapped files.
 *
 * <p>Nothing is copied or converted. May be shared by threads; {@link #close()} unmaps the files,
 * and a slice used after it throws {@link IllegalStateException}.
 */
public interface Checkpoint extends AutoCloseable {

  /** Returns the names of all tensors, sorted. */
  Set<String> names();

  /**
   * Returns the type and shape of a tensor.
   *
   * @throws BadModelException if there is none of that name
   */
  TensorSpec spec(String name);

  /**
   * Returns the elements of a tensor: packed, row-major, little-endian, read-only, not aligned.
   *
   * @throws BadModelException if there is none of that name
   */
  MemorySegment data(String name);

  @Override
  void close();

  /**
   * Opens the weights of a checkpoint folder: {@code model.safetensors}, else the shards that
   * {@code model.safetensors.index.json} lists, else {@code pytorch_model.bin} by a reader that
   * executes nothing.
   *
   * @throws ModelMissingException if the folder has none of them
   * @throws BadModelException if a file is damaged or not what it claims to be
   */
  static Checkpoint open(Path folder) {
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
