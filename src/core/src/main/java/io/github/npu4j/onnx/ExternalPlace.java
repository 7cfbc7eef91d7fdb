package io.github.npu4j.onnx;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.store.files.InsideFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a model says that the elements of a tensor are: {@code external_data} of a TensorProto.
 *
 * @param location the file, relative to the model's folder
 * @param offset the first byte
 * @param length the number of bytes; negative for the rest of the file
 */
public record ExternalPlace(String location, long offset, long length) {

  static final String LOCATION = "location";
  static final String OFFSET = "offset";
  static final String LENGTH = "length";

  /** Reads the entries of a tensor; an empty location means that there is none. */
  static ExternalPlace of(List<ByteSource> entries) {
    String location = "";
    long offset = 0;
    long length = -1;
    for (ByteSource entry : entries) {
      RawFields.Entry pair = RawFields.Entry.of(entry);
      switch (pair.key()) {
        case LOCATION -> location = pair.value();
        case OFFSET -> offset = number(pair.value());
        case LENGTH -> length = number(pair.value());
        default -> {}
      }
    }
    return new ExternalPlace(location, offset, length);
  }

  private static long number(String value) {
    try {
      long number = Long.parseLong(value);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // the same error as a negative number
    }
    throw ModelSource.bad(
        "the model's weights can't be read",
        "it has \"" + value + "\" where the place of external data should be");
  }

  /**
   * Returns the file.
   *
   * @param folder the model's
   * @throws BadModelException if the name, or a link of that name, leads out of the model's folder
   */
  public Path resolve(Path folder) {
    try {
      Path file = folder.resolve(location).normalize();
      if (!Path.of(location).isAbsolute() && InsideFolder.holds(folder, file)) {
        return file;
      }
    } catch (InvalidPathException | IOException notAPath) {
      // the same error as a path that leads elsewhere
    }
    throw new BadModelException(
        "the model's weights can't be read",
        "it names \"" + location + "\", which leads out of its folder",
        "Don't trust this file.");
  }

  /** Returns the bytes, which are in the file as far as it is long enough. */
  ByteSource bytes(Path folder) {
    Path file = resolve(folder);
    long size;
    try {
      size = Files.size(file);
    } catch (IOException unreadable) {
      throw new BadModelException(
          "the model's weights can't be read",
          "there is no readable file " + file,
          "Put the external data beside the model, under the name the model has for it.",
          unreadable);
    }
    long wanted = length < 0 ? size - offset : length;
    if (offset > size || wanted > size - offset) {
      throw new BadModelException(
          "the model's weights can't be read",
          location
              + " has "
              + size
              + " bytes, and a tensor should be "
              + Math.max(wanted, 0)
              + " bytes from "
              + offset,
          "Get the model and its external data again.");
    }
    return new FileBytes(file, null, offset, wanted);
  }
}
