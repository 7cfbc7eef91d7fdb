package io.github.npu4j.seq2seq.cpu;

import io.github.npu4j.engine.CpuRewrite;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.open.Models;
import io.github.npu4j.family.Seq2SeqFolder;
import io.github.npu4j.runtime.Device;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The later steps of the decoder in the CPU form.
 *
 * @param model one step, which gives all scores, or a hidden state and a shortlist
 * @param outputLayer gives all scores of hidden states; {@code null} if a step gives them
 */
record CpuStep(Model model, @Nullable Model outputLayer) implements AutoCloseable {

  /** Has ONNX Runtime multiply float32 in bfloat16 on ARM: no bound of a shortlist holds then. */
  private static final String BFLOAT16 = "mlas.enable_gemm_fastmath_arm64_bfloat16";

  /**
   * Opens the step with shortlists if the folder has one that is for its decoder, else that
   * decoder.
   *
   * @param options for what runs in each step
   * @param seldom for what does not
   */
  static CpuStep open(Path folder, OpenOptions options, OpenOptions seldom) {
    Path decoder = folder.resolve(Seq2SeqFolder.DECODER_WITH_PAST);
    Path shortlist = folder.resolve(Seq2SeqFolder.SHORTLIST_STEP);
    if (!Files.isRegularFile(shortlist) || !boundsHold(options)) {
      return new CpuStep(Models.open(decoder, options, CpuRewrite.AS_IS), null);
    }
    Model step = Models.open(shortlist, options, CpuRewrite.AS_IS);
    try {
      String made = Seq2SeqFolder.shortlistGraph(decoder.toFile().length());
      if (step.graphs().contains(made)) {
        return new CpuStep(
            step,
            Models.open(folder.resolve(Seq2SeqFolder.SHORTLIST_SCORES), seldom, CpuRewrite.AS_IS));
      }
    } catch (RuntimeException failed) {
      step.close();
      throw failed;
    }
    step.close();
    return new CpuStep(Models.open(decoder, options, CpuRewrite.AS_IS), null);
  }

  private static boolean boundsHold(OpenOptions options) {
    return options.device() == Device.CPU
        && options.sessionConfig().getOrDefault(BFLOAT16, "0").equals("0");
  }

  @Override
  public void close() {
    model.close();
    if (outputLayer != null) {
      outputLayer.close();
    }
  }
}
