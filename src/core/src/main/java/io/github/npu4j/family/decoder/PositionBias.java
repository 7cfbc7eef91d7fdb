package io.github.npu4j.family.decoder;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Npy;
import io.github.npu4j.tensor.OffHeap;
import io.github.npu4j.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A decoder's position biases by falling distance, so that the row of a step is a piece of them.
 *
 * @param byFallingDistance float32 {@code [H, L]}, off-heap; place {@code k} of a head is the bias
 *     of distance {@code L - 1 - k}
 */
public record PositionBias(MemorySegment byFallingDistance) {

  /**
   * Reads the file that export wrote: float32 {@code [H, L]} by distance.
   *
   * @param arena where they go
   * @throws ModelMissingException if there is no such file
   * @throws BadModelException if it does not fit the decoder
   */
  public static PositionBias read(Path file, StaticDecoder decoder, Arena arena) {
    if (!Files.isRegularFile(file)) {
      throw new ModelMissingException(
          "the decoder's position biases are missing",
          "there is no " + file,
          "Export the checkpoint again with npu4j export.");
    }
    try (Arena scratch = Arena.ofConfined()) {
      Npy table = Npy.read(file, scratch);
      Shape shape = Shape.of(decoder.heads(), decoder.maxNewTokens());
      if (table.type() != ElementType.FLOAT32 || !table.shape().equals(shape)) {
        throw new BadModelException(
            file + " does not fit the decoder",
            "it is " + table.type() + " " + table.shape() + " and not FLOAT32 " + shape,
            "Export the checkpoint again, and compile it.");
      }
      MemorySegment reversed = OffHeap.allocate(arena, table.data().byteSize());
      for (int head = 0; head < decoder.heads(); head++) {
        long row = (long) head * decoder.maxNewTokens();
        for (int place = 0; place < decoder.maxNewTokens(); place++) {
          long distance = decoder.maxNewTokens() - 1L - place;
          reversed.setAtIndex(
              JAVA_FLOAT, row + place, table.data().getAtIndex(JAVA_FLOAT, row + distance));
        }
      }
      return new PositionBias(reversed);
    }
  }

  /** Returns the bias of the distance 0, which is last in each head's row. */
  float own(int head, int maxNewTokens) {
    return byFallingDistance.getAtIndex(JAVA_FLOAT, (head + 1L) * maxNewTokens - 1);
  }
}
