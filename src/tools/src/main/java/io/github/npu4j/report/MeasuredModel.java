package io.github.npu4j.report;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.internal.file.IoErrors;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.store.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The model that was measured.
 *
 * @param name as it was requested
 * @param bytes the size of its files
 * @param sha256 a hash of their content; the same for the same model whatever its name
 */
public record MeasuredModel(String name, long bytes, String sha256) {

  /**
   * Reads a model's ONNX files with their data or, where there are none, what was compiled: two
   * models are told apart whatever they are called and wherever they lie.
   *
   * @param name what to call it
   * @throws BadInputException if a file can't be read
   */
  public static MeasuredModel of(String name, ModelFolder folder) {
    StringBuilder hashes = new StringBuilder();
    long bytes = 0;
    Set<Path> files = files(folder);
    try {
      for (Path file : files) {
        bytes += Files.size(file);
        hashes.append(Digest.sha256(file));
      }
    } catch (IOException unreadable) {
      throw new BadInputException(
          "can't read the model " + name, IoErrors.reason(unreadable), "", unreadable);
    }
    String hash =
        files.size() == 1
            ? hashes.toString()
            : Digest.sha256(hashes.toString().getBytes(StandardCharsets.US_ASCII));
    return new MeasuredModel(name, bytes, hash);
  }

  private static Set<Path> files(ModelFolder folder) {
    Set<Path> files = new LinkedHashSet<>();
    for (Path onnx : folder.onnxFiles()) {
      files.add(onnx.toAbsolutePath().normalize()); // as external files are named
      files.addAll(OnnxModel.read(onnx).externalFiles());
    }
    if (files.isEmpty()) {
      folder.contexts().forEach(context -> files.add(context.binary()));
      folder.epContext().ifPresent(files::add);
    }
    return files;
  }
}
