package io.github.npu4j.family;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.store.files.WholeFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * What is to be exported, and how.
 *
 * @param checkpoint the folder that {@code save_pretrained} wrote
 * @param target the model folder to make
 * @param existing what to do if it is there and not empty
 * @param buckets the lengths in tokens that are to be compiled, sorted; empty for the family's
 *     usual ones
 * @param maximumLength the most tokens of an answer on an NPU; empty for the family's usual
 */
public record ExportRequest(
    Path checkpoint,
    Path target,
    WholeFolder.Existing existing,
    List<Integer> buckets,
    OptionalInt maximumLength) {

  private static final int LONGEST = 4096;

  /**
   * Sorts the buckets.
   *
   * @throws BadInputException if a length is out of range
   */
  public ExportRequest {
    buckets = buckets.stream().distinct().sorted().toList();
    List<Integer> lengths = new ArrayList<>(buckets);
    maximumLength.ifPresent(lengths::add);
    for (int length : lengths) {
      if (length < 1 || length > LONGEST) {
        throw new BadInputException(
            "can't export for a length of " + length, "it is from 1 to " + LONGEST, "");
      }
    }
  }

  /** Returns the request to export into a new folder, with the family's usual lengths. */
  public static ExportRequest of(Path checkpoint, Path target) {
    return new ExportRequest(
        checkpoint, target, WholeFolder.Existing.REFUSE, List.of(), OptionalInt.empty());
  }
}
