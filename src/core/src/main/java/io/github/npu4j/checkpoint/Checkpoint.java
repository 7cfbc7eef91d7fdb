package io.github.npu4j.checkpoint;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the weights of a checkpoint folder, in whichever of the usual files they are. */
public final class Checkpoint {

  private Checkpoint() {}

  /** Weights of other programs, which are named where they are all there is. */
  private static final Pattern OTHER_WEIGHTS =
      Pattern.compile(
          ".*\\.(safetensors|bin|pt|pth|ckpt|h5|msgpack|gguf|onnx|incomplete|part|crdownload)");

  private static final int MOST_NAMED = 5;

  /**
   * Opens the weights of a checkpoint folder: {@code model.safetensors}, else the shards that
   * {@code model.safetensors.index.json} lists, else {@code pytorch_model.bin}, else the shards of
   * {@code pytorch_model.bin.index.json}, by a reader that executes nothing.
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
      return ShardedTensors.open(index, Safetensors::open);
    }
    Path pickle = folder.resolve("pytorch_model.bin");
    if (Files.exists(pickle)) {
      return PickleTensors.open(pickle);
    }
    Path pickleIndex = folder.resolve("pytorch_model.bin.index.json");
    if (Files.exists(pickleIndex)) {
      return ShardedTensors.open(pickleIndex, PickleTensors::open);
    }
    List<String> others = others(folder);
    throw new ModelMissingException(
        "there are no weights in " + folder,
        "none of model.safetensors, pytorch_model.bin and their indexes (.index.json) is there"
            + (others.isEmpty() ? "" : ", but " + String.join(", ", others)),
        "Name the folder that save_pretrained wrote.");
  }

  private static List<String> others(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> OTHER_WEIGHTS.matcher(name).matches())
          .sorted()
          .limit(MOST_NAMED)
          .toList();
    } catch (IOException | UncheckedIOException unreadable) {
      return List.of();
    }
  }
}
