package io.github.npu4j.artifact;

import io.github.npu4j.internal.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Puts files into a model folder, each of which appears whole or not at all. A context binary is
 * there before the manifest that describes it.
 */
public final class ModelFolderWriter {

  /** A file name that is neither hidden nor leads anywhere else. */
  private static final String PLAIN = "[A-Za-z0-9_-][A-Za-z0-9._-]*";

  private final Path folder;

  private ModelFolderWriter(Path folder) {
    this.folder = folder;
  }

  static ModelFolderWriter in(Path folder) throws IOException {
    Files.createDirectories(folder);
    return new ModelFolderWriter(folder.toAbsolutePath().normalize());
  }

  /** Writes {@code npu4j.json}. */
  public ModelFolderWriter description(ModelDescription description) throws IOException {
    AtomicFile.write(folder.resolve(ModelFolder.DESCRIPTION), description.toJson());
    return this;
  }

  /**
   * Copies an ONNX model. Weights in a file of their own are copied by {@link #file}, under the
   * name that the model has for them.
   */
  public ModelFolderWriter onnx(Path model) throws IOException {
    return file(ModelFolder.ONNX, model);
  }

  /** Copies a tokenizer. */
  public ModelFolderWriter tokenizer(Path tokenizer) throws IOException {
    return file(ModelFolder.TOKENIZER, tokenizer);
  }

  /**
   * Copies a file under a name of its own; nothing happens if it is the same file already.
   *
   * @throws IllegalArgumentException if the name leads out of the folder
   */
  public ModelFolderWriter file(String name, Path source) throws IOException {
    Path target = folder.resolve(name).normalize();
    if (!folder.equals(target.getParent())) {
      throw new IllegalArgumentException("\"" + name + "\" is not a plain file name");
    }
    if (!Files.exists(target) || !Files.isSameFile(source, target)) {
      AtomicFile.copy(source, target);
    }
    return this;
  }

  /**
   * Copies the files of a folder, such as one of a dense layer, into one of that name.
   *
   * @throws IllegalArgumentException if the name leads out of the folder
   */
  public ModelFolderWriter folder(String name, Path source) throws IOException {
    Path target = folder.resolve(name).normalize();
    if (!folder.equals(target.getParent())) {
      throw new IllegalArgumentException("\"" + name + "\" is not a plain folder name");
    }
    Files.createDirectories(target);
    try (Stream<Path> files = Files.list(source)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = target.resolve(file.getFileName());
        if (!Files.exists(copy) || !Files.isSameFile(file, copy)) {
          AtomicFile.copy(file, copy);
        }
      }
    }
    return this;
  }

  /**
   * Copies a context binary and what belongs to it.
   *
   * @param soc the name of the SoC's folder, such as {@code x-elite}
   * @param name the file's name without an ending: the sequence length for one bucket
   * @param binary the context binary
   * @param manifest its manifest
   * @param epContext the EPContext model that points to {@code name.bin}, or {@code null}
   */
  public ModelFolderWriter context(
      String soc, String name, Path binary, Manifest manifest, @Nullable Path epContext)
      throws IOException {
    requirePlain(soc, name);
    Path target = folder.resolve(ModelFolder.HTP).resolve(soc).resolve(name + ".bin");
    Files.createDirectories(target.resolveSibling("."));
    Files.deleteIfExists(Manifest.besideOf(target)); // it describes the binary that goes
    AtomicFile.copy(binary, target);
    if (epContext != null) {
      AtomicFile.copy(epContext, ModelFolder.epContextBeside(target));
    }
    manifest.write(Manifest.besideOf(target));
    return this;
  }

  /**
   * Copies a further EPContext model beside a context binary: of a file of several graphs each has
   * one.
   *
   * @param soc the name of the SoC's folder
   * @param name the file's name without {@code .ctx.onnx}
   */
  public ModelFolderWriter epContext(String soc, String name, Path epContext) throws IOException {
    requirePlain(soc, name);
    Path target = folder.resolve(ModelFolder.HTP).resolve(soc).resolve(name + ".ctx.onnx");
    Files.createDirectories(target.resolveSibling("."));
    AtomicFile.copy(epContext, target);
    return this;
  }

  private static void requirePlain(String soc, String name) {
    if (!soc.matches(PLAIN) || !name.matches(PLAIN)) {
      throw new IllegalArgumentException(
          "\"" + soc + "\" and \"" + name + "\" must be plain file names");
    }
  }
}
