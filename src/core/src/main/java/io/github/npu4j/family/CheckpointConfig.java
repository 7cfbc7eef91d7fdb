package io.github.npu4j.family;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.store.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The {@code config.json} of a checkpoint folder, which states the model's architecture. */
public final class CheckpointConfig {

  /** The file's name. */
  public static final String FILE = "config.json";

  /** The field that names the architecture. */
  public static final String MODEL_TYPE = "model_type";

  private static final long LARGEST_FILE = 1 << 20;

  private CheckpointConfig() {}

  /**
   * Reads the file of a checkpoint folder.
   *
   * @throws BadModelException if the folder has none, or it can't be read as JSON
   */
  public static JsonObject read(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw bad("it has " + Files.size(file) + " bytes, more than any configuration", "");
      }
      return parse(Files.readAllBytes(file));
    } catch (NoSuchFileException absent) {
      throw new BadModelException(
          folder + " is not a checkpoint folder",
          "it has no " + FILE,
          "Name the folder that save_pretrained wrote.",
          absent);
    } catch (IOException unreadable) {
      throw new BadModelException(
          file + " can't be read", String.valueOf(unreadable.getMessage()), "", unreadable);
    }
  }

  /**
   * Reads the text of the file.
   *
   * @param text UTF-8
   * @throws BadModelException if it is not JSON
   */
  public static JsonObject parse(byte[] text) {
    return JsonObject.parse(text, FILE, "Save or download the checkpoint again.");
  }

  /** Returns the error that a configuration can't be used. */
  public static BadModelException bad(String why, String advice) {
    return new BadModelException(FILE + " can't be used", why, advice);
  }
}
