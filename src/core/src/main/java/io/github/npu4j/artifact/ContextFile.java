package io.github.npu4j.artifact;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A context binary in a model folder, with what stands beside it.
 *
 * @param soc the folder's name for the SoC, such as {@code x-elite}; empty for a bare file
 * @param name the file's name without its ending, such as {@code 128}
 * @param binary the context binary
 * @param manifestFile its manifest, if it has one
 * @param epContext the EPContext model that points to it, if there is one
 */
public record ContextFile(
    String soc, String name, Path binary, Optional<Path> manifestFile, Optional<Path> epContext) {

  /**
   * Returns the sequence length if the file holds one bucket and says so by its name.
   *
   * @return the length in tokens; empty for a file of several graphs or a foreign one, whose graphs
   *     tell
   */
  public OptionalInt sequenceLength() {
    return name.matches("[1-9][0-9]{0,8}")
        ? OptionalInt.of(Integer.parseInt(name))
        : OptionalInt.empty();
  }

  /**
   * Reads the manifest.
   *
   * @return the manifest, or empty if there is none
   * @throws io.github.npu4j.error.BadModelException if there is one that can't be read
   */
  public Optional<Manifest> manifest() {
    return manifestFile.map(Manifest::read);
  }
}
