package io.github.npu4j.onnx;

import io.github.npu4j.internal.file.AtomicFile;
import io.github.npu4j.store.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Writes a model, and a file with its weights beside it where they are to be there.
 *
 * <p>Weights that lie in files are copied block by block, so that a model's size does not matter.
 * Everything is written aside and renamed when it is whole.
 */
final class ModelWriter {

  /** Smaller weights stay in the model. */
  private static final long LEAST_OUTSIDE = 1024;

  /** ONNX Runtime maps external data; Windows maps at multiples of this. */
  private static final long ALIGNMENT = 64 << 10;

  private static final String SUFFIX_OUTSIDE = "_data";

  private final OnnxModel model;
  private final Path file;
  private final Path outside;
  private final Progress progress;

  ModelWriter(OnnxModel model, Path file, Progress progress) {
    this.model = model;
    this.file = file;
    this.outside = file.resolveSibling(file.getFileName() + SUFFIX_OUTSIDE);
    this.progress = progress;
  }

  /**
   * Writes the model.
   *
   * @param placement where the elements of its weights go
   * @throws IOException if a file can't be written; the model is then as it was
   */
  void write(WeightPlacement placement) throws IOException {
    switch (placement) {
      case WeightPlacement.Unchanged() -> write(Map.of(), UnaryOperator.identity());
      case WeightPlacement.Inside() -> write(Map.of(), ModelWriter::inside);
      case WeightPlacement.Beside(long mostInside) -> writeBeside(mostInside);
    }
  }

  /** Returns what is written for a tensor so that its elements are in the model. */
  static OnnxConstant inside(OnnxConstant constant) {
    ByteSource elements = constant.external().isPresent() ? constant.storedBytes() : null;
    return elements == null ? constant : constant.inside(elements);
  }

  private OnnxConstant insideUnlessBeside(OnnxConstant constant) {
    return staysBeside(constant) ? constant : inside(constant);
  }

  /** Returns whether a tensor's elements are in a file that the new model finds, too. */
  private boolean staysBeside(OnnxConstant constant) {
    return constant
        .externalFile()
        .filter(there -> !there.equals(outside.toAbsolutePath().normalize()))
        .filter(there ->
            there.equals(constant.external().orElseThrow().resolve(ModelSource.folder(file))))
        .isPresent();
  }

  /** Moves all but small weights into the file beside, unless they are few enough to stay. */
  private void writeBeside(long mostInside) throws IOException {
    Map<OnnxConstant, ByteSource> movable = new LinkedHashMap<>();
    model
        .graph()
        .forEachGraph(graph -> {
          for (OnnxConstant constant : graph.initializers()) {
            ByteSource elements = staysBeside(constant) ? null : constant.storedBytes();
            if (elements != null) {
              movable.put(constant, elements);
            }
          }
        });
    if (movable.values().stream().mapToLong(ByteSource::byteSize).sum() <= mostInside) {
      write(Map.of(), this::insideUnlessBeside);
      return;
    }
    Map<OnnxConstant, OnnxConstant> moved = new HashMap<>();
    Map<Long, ByteSource> content = new LinkedHashMap<>();
    long end = 0;
    for (Map.Entry<OnnxConstant, ByteSource> entry : movable.entrySet()) {
      ByteSource elements = entry.getValue();
      if (elements.byteSize() >= LEAST_OUTSIDE) {
        long offset = Math.ceilDiv(end, ALIGNMENT) * ALIGNMENT;
        String location = String.valueOf(outside.getFileName());
        ExternalPlace place = new ExternalPlace(location, offset, elements.byteSize());
        moved.put(entry.getKey(), entry.getKey().with(place, ModelSource.folder(file)));
        content.put(offset, elements);
        end = offset + elements.byteSize();
      }
    }
    write(
        content,
        constant -> {
          OnnxConstant there = moved.get(constant);
          return there == null ? insideUnlessBeside(constant) : there;
        });
  }

  private void write(Map<Long, ByteSource> content, UnaryOperator<OnnxConstant> placing)
      throws IOException {
    ProtoWriter message = model.message(new ProtoWriter(placing));
    long total = message.bytesElsewhere();
    for (ByteSource elements : content.values()) {
      total += elements instanceof HeldBytes ? 0 : elements.byteSize();
    }
    WriteProgress told = new WriteProgress(progress, "writing " + file.getFileName(), total);
    if (content.isEmpty()) {
      AtomicFile.write(file, channel -> message.writeTo(channel, told));
      return;
    }
    try (AtomicFile weights = AtomicFile.begin(outside);
        AtomicFile graph = AtomicFile.begin(file)) {
      for (Map.Entry<Long, ByteSource> entry : content.entrySet()) {
        weights.channel().position(entry.getKey());
        told.write(entry.getValue(), weights.channel());
      }
      message.writeTo(graph.channel(), told);
      // Both are on the disk before either is visible: a model never names weights that are not.
      graph.channel().force(true);
      weights.publish();
      graph.publish();
    } catch (IOException failed) {
      throw AtomicFile.named(failed, file);
    }
  }
}
