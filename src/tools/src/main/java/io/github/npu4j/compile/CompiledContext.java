package io.github.npu4j.compile;

import io.github.npu4j.artifact.Manifest;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.artifact.ModelFolderWriter;
import io.github.npu4j.runtime.Soc;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A context binary with its manifest and EPContext model, in npu4j's cache.
 *
 * @param soc what it is compiled for
 * @param name its name: the number of tokens, {@code model} where there is no sequence, {@code
 *     shared} for the file of all buckets
 * @param folder where it is: {@code name.bin}, {@code name.manifest.json} and {@code
 *     name.ctx.onnx}, or {@code name-SEQ.ctx.onnx} for each bucket where all share one file
 * @param manifest what the manifest says
 * @param took how long compiling took; zero if it was there already
 */
public record CompiledContext(Soc soc, String name, Path folder, Manifest manifest, Duration took) {

  /** The name of the file that all buckets share. */
  public static final String SHARED = "shared";

  /** Returns the context binary. */
  public Path binary() {
    return folder.resolve(name + ".bin");
  }

  /** Returns whether an earlier compilation made it. */
  public boolean cached() {
    return took.isZero();
  }

  /**
   * Copies it into a model folder, below {@code htp/SOC}.
   *
   * @throws IOException if the folder can't be written
   */
  public void copyTo(ModelFolderWriter target) throws IOException {
    Path epContext = ModelFolder.epContextBeside(binary());
    target.context(
        soc.name(), name, binary(), manifest, Files.exists(epContext) ? epContext : null);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, name + "-*.ctx.onnx")) {
      for (Path file : files) {
        String fileName = String.valueOf(file.getFileName());
        target.epContext(
            soc.name(), fileName.substring(0, fileName.length() - ".ctx.onnx".length()), file);
      }
    }
  }
}
