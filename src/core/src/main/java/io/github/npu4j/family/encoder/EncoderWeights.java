package io.github.npu4j.family.encoder;

import io.github.npu4j.checkpoint.Checkpoint;
import io.github.npu4j.checkpoint.FiniteTensors;
import io.github.npu4j.checkpoint.TensorSource;
import io.github.npu4j.checkpoint.Weight;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.family.CheckpointConfig;
import io.github.npu4j.tensor.Shape;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The weights of a checkpoint, each asked for by name and shape: one that is missing or has another
 * shape is refused, and so is one that nobody asked for.
 *
 * <p>For one thread at a time; {@link #close()} unmaps the files.
 */
public final class EncoderWeights implements AutoCloseable {

  private final TensorSource source;
  private final String prefix;
  private final Set<String> taken = new HashSet<>();

  private EncoderWeights(TensorSource source, String prefix) {
    this.source = source;
    this.prefix = prefix;
  }

  /**
   * Opens the weights of a checkpoint folder.
   *
   * @param prefix what an encoder's names begin with where the checkpoint has a head
   * @throws BadModelException if there are none, or a file is damaged
   */
  public static EncoderWeights open(Path folder, String prefix) {
    try {
      TensorSource source = new FiniteTensors(Checkpoint.open(folder));
      boolean prefixed = source.names().stream().anyMatch(name -> name.startsWith(prefix));
      return new EncoderWeights(source, prefixed ? prefix : "");
    } catch (ModelMissingException incomplete) {
      throw new BadModelException(
          incomplete.what(), incomplete.why(), incomplete.advice(), incomplete);
    }
  }

  /** Returns the full name of a weight or layer of the encoder. */
  String encoder(String name) {
    return prefix + name;
  }

  /**
   * Returns a weight by its full name.
   *
   * @throws BadModelException if it is not there, or has another shape or type
   */
  Weight of(String name, Shape shape) {
    if (!source.names().contains(name)) {
      throw bad("it has no tensor " + name, "Save or download the checkpoint again.");
    }
    Shape found = source.spec(name).shape();
    if (!found.equals(shape)) {
      throw bad(
          "its tensor "
              + name
              + " has the shape "
              + found
              + ", and "
              + CheckpointConfig.FILE
              + " needs "
              + shape,
          "Weights and configuration must come from the same model.");
    }
    taken.add(name);
    return Weight.of(source, name);
  }

  /** Returns whether there is a tensor, which is not taken by that. */
  boolean has(String name) {
    return source.names().contains(name);
  }

  /**
   * Refuses tensors that were not asked for.
   *
   * @param known those that may be there without use, by name without the encoder's prefix
   */
  public void requireNothingElse(Predicate<String> known) {
    for (String name : source.names()) {
      String bare = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
      if (!taken.contains(name) && !known.test(bare)) {
        throw bad(
            "its tensor " + name + " is left over: the architecture has no such weight",
            "Merge adapters into the model, and save it again.");
      }
    }
  }

  /** Returns the sum of the sizes of all tensors in bytes. */
  public long byteSize() {
    return source.names().stream().mapToLong(name -> source.spec(name).byteSize()).sum();
  }

  @Override
  public void close() {
    source.close();
  }

  private static BadModelException bad(String why, String advice) {
    return new BadModelException("the checkpoint can't be used", why, advice);
  }
}
