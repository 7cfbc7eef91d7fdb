package io.github.npu4j.cli.options;

import io.github.npu4j.artifact.FolderManifest;
import io.github.npu4j.engine.OpenOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of every command that reads a model: the digests that its files must have. */
public final class ManifestOption {

  @Option(
      names = "--manifest",
      paramLabel = "FILE",
      description =
          "Refuse the model folder (exit 4) unless it has the files that npu4j manifest wrote down "
              + "in FILE, and no others.")
  @Nullable Path file;

  /** Returns options that open a model only if it is the manifest's, if one is given. */
  public OpenOptions addTo(OpenOptions options) {
    return file == null ? options : options.withManifest(FolderManifest.read(file));
  }

  /**
   * Compares a model folder with the manifest, if one is given.
   *
   * @throws io.github.npu4j.error.BadModelException if it is another
   */
  public void verify(Path folder) {
    if (file != null) {
      FolderManifest.read(file).verify(folder);
    }
  }
}
