package io.github.npu4j.family;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.WeightPlacement;
import io.github.npu4j.store.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * The models that share one architecture, and all that npu4j has to know of it: how a checkpoint
 * names its weights, how its graph is written for the CPU and for HTP, its buckets, its contract of
 * inputs and outputs, the feeds it is compared on.
 *
 * <p>Implementations have no state and may be shared by threads.
 */
public interface ModelFamily {

  /** Returns the name in {@code npu4j.json} and in reports, such as {@code t5}. */
  String name();

  /** Returns the name as people write it, such as {@code T5}. */
  String title();

  /** Returns the {@code model_type}s in {@code config.json} of the checkpoints it exports. */
  Set<String> modelTypes();

  /**
   * Makes a model folder of a checkpoint folder whose {@code model_type} is one of {@link
   * #modelTypes}. The folder appears whole or not at all.
   *
   * @param progress is called with the file that is written and how far it is
   * @throws io.github.npu4j.error.BadModelException if a file of the checkpoint is missing or
   *     damaged, or weights and configuration disagree
   * @throws io.github.npu4j.error.BadInputException if the target is not empty and must not be
   *     replaced, or a length is requested that the family has no use for
   * @throws IOException if the target can't be written
   */
  ExportedModel export(ExportRequest request, Progress progress) throws IOException;

  /**
   * Recognises a graph that somebody else exported, and writes it in the form that is fastest on
   * the CPU.
   *
   * @param model the graph
   * @param target the ONNX file to write
   * @param placement where its weights go
   * @return whether it was written: not if it is no graph of this family, or best as it is
   * @throws IOException if the file can't be written
   */
  default boolean writeCpuForm(OnnxModel model, Path target, WeightPlacement placement)
      throws IOException {
    return false;
  }

  /**
   * Returns what of a model folder is compiled for HTP, if the family says more about it than that
   * its {@code model.onnx} is compiled as it is.
   *
   * @param folder is described as a model of this family, by name
   * @throws io.github.npu4j.error.ModelMissingException if a file of it is missing
   */
  default Optional<HtpForm> htpForm(ModelFolder folder) {
    return Optional.empty();
  }

  /** Returns where an encoder and decoder of this family lie; empty if it has none. */
  default Optional<Seq2SeqLayout> seq2SeqLayout() {
    return Optional.empty();
  }

  /** The setting of {@code npu4j.json} that older exports name a model's family in. */
  String SETTING = "architecture";
}
