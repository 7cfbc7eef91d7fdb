package io.github.npu4j.text;

import io.github.npu4j.error.BadModelException;
import java.nio.file.Path;
import java.util.List;

/**
 * Fields of a description that no file decides.
 *
 * @param folder the model's
 * @param fields their names in {@code npu4j.json}
 */
record UndecidedFields(Path folder, List<String> fields) {

  /** Returns the error, with the calls that decide. */
  BadModelException error() {
    return new BadModelException(
        folder + " is not opened for embedding",
        "no file says its " + String.join(", its ", fields.stream().map(this::meaning).toList()),
        "Decide with EmbedderOptions.withDescription, for one model "
            + "ModelDescription.embedding(Pooling.MEAN, true).withMaximumLength(512), for another"
            + " what its makers say, or keep it in the folder with"
            + " ModelFolder.write(folder).description(...).");
  }

  private String meaning(String field) {
    return switch (field) {
      case "pooling" -> "pooling (how token vectors become one)";
      case "normalized" -> "normalization (whether vectors are scaled to length 1)";
      case "maximumLength" -> "maximum length (how many tokens it takes)";
      default -> field;
    };
  }
}
