package io.github.npu4j.onnx;

import io.github.npu4j.artifact.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the ONNX files of a T5 checkpoint into a folder. */
public final class T5Export {

  /** The folder of the form with open shapes, for CPUs and GPUs. */
  public static final String FULL = "t5_nlu_full";

  private final T5Checkpoint checkpoint;

  /** Prepares the export of a checkpoint, which stays open until it is done. */
  public T5Export(T5Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
  }

  /**
   * Writes the form with open shapes: {@code encoder_model.onnx}, {@code decoder_model.onnx} and
   * {@code decoder_with_past_model.onnx}, each whole or not at all.
   *
   * @param folder where they go; made if it is not there
   * @throws IOException if a file can't be written
   */
  public void writeFull(Path folder, Progress progress) throws IOException {
    Files.createDirectories(folder);
    T5CpuForm form = new T5CpuForm(checkpoint);
    form.encoder().write(folder.resolve("encoder_model.onnx"), progress);
    form.decoder().write(folder.resolve("decoder_model.onnx"), progress);
    form.decoderWithPast().write(folder.resolve("decoder_with_past_model.onnx"), progress);
  }
}
