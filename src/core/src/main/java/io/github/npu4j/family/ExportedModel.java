package io.github.npu4j.family;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.store.files.FolderContent;
import io.github.npu4j.store.files.WholeFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What became of an {@link ExportRequest}.
 *
 * @param folder the model folder
 * @param summary the architecture in a few words and numbers
 * @param architecture the same as data, by name: strings, numbers and lists of them
 * @param checkpointBytes the size of the weights that were read
 * @param files what was written
 * @param notices what was done to the model, or could not be, that its user should know: sentences
 *     without an end
 */
public record ExportedModel(
    Path folder,
    String summary,
    Map<String, Object> architecture,
    long checkpointBytes,
    List<Written> files,
    List<String> notices) {

  /** Copies the lists. */
  public ExportedModel {
    files = List.copyOf(files);
    notices = List.copyOf(notices);
  }

  /**
   * A file of the new folder.
   *
   * @param file relative to the folder
   * @param bytes its size
   */
  public record Written(Path file, long bytes) {}

  /**
   * Writes the folder that a request names, whole or not at all.
   *
   * @param content writes it; called once, with a folder beside the target
   * @return the files, sorted
   * @throws BadInputException if the checkpoint is in the target, or the target is not empty and
   *     must not be replaced
   * @throws IOException if something can't be written
   */
  public static List<Written> write(ExportRequest request, FolderContent content)
      throws IOException {
    requireApart(request);
    WholeFolder.write(request.target(), request.existing(), ModelFolder.DESCRIPTION, content);
    return files(request.target());
  }

  /** Replacing a folder would delete a checkpoint inside. */
  private static void requireApart(ExportRequest request) throws IOException {
    Path target = request.target();
    if (Files.exists(target) && request.checkpoint().toRealPath().startsWith(target.toRealPath())) {
      throw new BadInputException(
          "can't export into " + target,
          "the checkpoint is in it",
          "Name a folder beside the checkpoint.");
    }
  }

  private static List<Written> files(Path folder) throws IOException {
    try (Stream<Path> inside = Files.walk(folder)) {
      List<Written> files = new ArrayList<>();
      for (Path file : inside.filter(Files::isRegularFile).sorted().toList()) {
        files.add(new Written(folder.relativize(file), Files.size(file)));
      }
      return files;
    }
  }
}
