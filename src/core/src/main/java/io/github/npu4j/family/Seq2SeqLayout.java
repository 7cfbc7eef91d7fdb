package io.github.npu4j.family;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files of an encoder and decoder that a family names itself, relative to the model folder.
 *
 * @param staticEncoder the encoder of the static form, for NPUs
 * @param staticDecoder one step of the decoder of the static form
 * @param positionBias the position biases of the static decoder by distance, {@code [H, L]}; empty
 *     for a family without them
 * @param full the folder of the form with open shapes, for CPUs and GPUs
 */
public record Seq2SeqLayout(
    String staticEncoder, String staticDecoder, Optional<String> positionBias, String full) {

  /** The layout of a folder that holds Optimum's files and nothing else. */
  public static final Seq2SeqLayout OPTIMUM =
      new Seq2SeqLayout("encoder.onnx", "decoder.onnx", Optional.empty(), ".");

  /** Returns the folder of the form with open shapes: the model folder itself if it has no own. */
  public Path full(Path folder) {
    Path full = folder.resolve(this.full);
    return Files.isDirectory(full) ? full : folder;
  }
}
