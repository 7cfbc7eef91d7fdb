package io.github.npu4j.checkpoint;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.store.JsonObject;
import io.github.npu4j.tensor.TensorSpec;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The tensors of several files, by the index file that says which holds which. Index and files must
 * agree: no tensor missing, none left over, none twice.
 */
public final class ShardedTensors implements TensorSource {

  private static final long LONGEST_INDEX = 64L << 20;

  private final Path index;
  private final Function<Path, TensorSource> opener;
  private final Map<String, TensorSource> shards = new TreeMap<>();
  private final Map<String, TensorSource> byTensor = new TreeMap<>();

  private ShardedTensors(Path index, Function<Path, TensorSource> opener) {
    this.index = index;
    this.opener = opener;
  }

  /**
   * Opens the files that an index lists, which stand beside it.
   *
   * @param opener opens one file
   * @throws ModelMissingException if one is missing
   * @throws BadModelException if one is damaged, or they don't agree with the index
   */
  public static ShardedTensors open(Path index, Function<Path, TensorSource> opener) {
    ShardedTensors opened = new ShardedTensors(index, opener);
    try {
      opened.read();
      return opened;
    } catch (Throwable failed) {
      opened.close();
      throw failed;
    }
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(byTensor.keySet());
  }

  @Override
  public TensorSpec spec(String name) {
    return shard(name).spec(name);
  }

  @Override
  public MemorySegment data(String name) {
    return shard(name).data(name);
  }

  @Override
  public void close() {
    shards.values().forEach(TensorSource::close);
  }

  private void read() {
    JsonObject map =
        JsonObject.parse(text(), String.valueOf(index.getFileName())).object("weight_map");
    for (String tensor : map.names()) {
      String file = map.string(tensor);
      TensorSource shard = shards.computeIfAbsent(file, this::openShard);
      if (!shard.names().contains(tensor)) {
        throw bad("it places " + tensor + " in " + file + ", which does not have it");
      }
      byTensor.put(tensor, shard);
    }
    for (Map.Entry<String, TensorSource> shard : shards.entrySet()) {
      Set<String> left = new TreeSet<>(shard.getValue().names());
      left.removeIf(tensor -> byTensor.get(tensor) == shard.getValue());
      if (!left.isEmpty()) {
        throw bad(
            shard.getKey() + " holds " + left.iterator().next() + ", which it does not list there");
      }
    }
  }

  private TensorSource openShard(String file) {
    if (!file.matches("[A-Za-z0-9._-]+") || file.startsWith(".")) {
      throw bad("\"" + file + "\" is not the name of a file beside it");
    }
    return opener.apply(index.resolveSibling(file));
  }

  private TensorSource shard(String tensor) {
    TensorSource shard = byTensor.get(tensor);
    if (shard == null) {
      throw bad("it lists no tensor " + tensor);
    }
    return shard;
  }

  private byte[] text() {
    try {
      if (Files.size(index) > LONGEST_INDEX) {
        throw bad("it has " + Files.size(index) + " bytes");
      }
      return Files.readAllBytes(index);
    } catch (IOException unreadable) {
      throw new BadModelException(
          index + " can't be read", String.valueOf(unreadable.getMessage()), "", unreadable);
    }
  }

  private BadModelException bad(String why) {
    return new BadModelException(
        index.getFileName() + " can't be used", why, "Save or download the checkpoint again.");
  }
}
