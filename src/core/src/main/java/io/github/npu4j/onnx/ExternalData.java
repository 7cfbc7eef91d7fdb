package io.github.npu4j.onnx;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.internal.proto.ProtoReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files beside a model that hold its weights, mapped when they are first needed. */
final class ExternalData {

  private final Path folder;
  private final Arena arena;
  private final Map<String, MemorySegment> files = new HashMap<>();

  /**
   * Reads nothing yet.
   *
   * @param folder the model's folder
   * @param arena owns the mappings
   */
  ExternalData(Path folder, Arena arena) {
    this.folder = folder;
    this.arena = arena;
  }

  /**
   * Where a tensor says its bytes are.
   *
   * @param location the file, relative to the model's folder; {@code null} if not said
   * @param offset the first byte
   * @param length the number of bytes; negative for the rest of the file
   */
  record Place(@Nullable String location, long offset, long length) {

    static final Place NOWHERE = new Place(null, 0, -1);

    /** Returns this place with what one entry of {@code external_data} adds. */
    Place with(ProtoReader entry) {
      String key = "";
      String value = "";
      while (entry.next()) {
        switch (entry.field()) {
          case 1 -> key = entry.text(OnnxScanner.MAX_NAME);
          case 2 -> value = entry.text(OnnxScanner.MAX_NAME);
          default -> entry.skip();
        }
      }
      return switch (key) {
        case "location" -> new Place(value, offset, length);
        case "offset" -> new Place(location, number(entry, value), length);
        case "length" -> new Place(location, offset, number(entry, value));
        default -> this;
      };
    }

    private static long number(ProtoReader entry, String value) {
      try {
        long number = Long.parseLong(value);
        if (number >= 0) {
          return number;
        }
      } catch (NumberFormatException notANumber) {
        // the same error as a negative number
      }
      throw entry.damaged("\"" + value + "\" where the place of external data should be");
    }
  }

  /**
   * Returns a file of external data.
   *
   * @throws BadModelException if the name leads out of the model's folder
   */
  static Path resolve(Path folder, String location) {
    try {
      Path file = folder.resolve(location).normalize();
      if (file.startsWith(folder.normalize()) && !Path.of(location).isAbsolute()) {
        return file;
      }
    } catch (InvalidPathException notAPath) {
      // the same error as a path that leads elsewhere
    }
    throw new BadModelException(
        "the model's weights can't be read",
        "it names \"" + location + "\", which leads out of its folder",
        "Don't trust this file.");
  }

  /** Returns the bytes of a tensor. */
  MemorySegment read(String location, Place place) {
    MemorySegment file = files.computeIfAbsent(location, this::map);
    long length = place.length < 0 ? file.byteSize() - place.offset : place.length;
    if (place.offset > file.byteSize() || length < 0 || length > file.byteSize() - place.offset) {
      throw new BadModelException(
          "the model's weights can't be read",
          location
              + " has "
              + file.byteSize()
              + " bytes, and a tensor should be "
              + length
              + " bytes from "
              + place.offset,
          "Get the model and its external data again.");
    }
    return file.asSlice(place.offset, length);
  }

  private MemorySegment map(String location) {
    Path path = resolve(folder, location);
    try (FileChannel channel = FileChannel.open(path)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (IOException unreadable) {
      throw new BadModelException(
          "the model's weights can't be read",
          "there is no readable file " + path,
          "Put the external data beside the model, under the name the model has for it.",
          unreadable);
    }
  }
}
