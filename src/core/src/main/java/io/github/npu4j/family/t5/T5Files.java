package io.github.npu4j.family.t5;

import io.github.npu4j.family.Seq2SeqLayout;
import java.util.Optional;

/**
 * The files of an exported T5 that its users look for by name.
 *
 * <pre>
 * NAME/  t5_nlu_encoder.onnx t5_nlu_decoder.onnx t5_nlu_decoder.bias.npy    static, for HTP
 *        t5_nlu_full/                                                       open shapes
 * </pre>
 */
public final class T5Files {

  /** The encoder of the static form, for NPUs. */
  public static final String STATIC_ENCODER = "t5_nlu_encoder.onnx";

  /** One step of the decoder of the static form. */
  public static final String STATIC_DECODER = "t5_nlu_decoder.onnx";

  /** The position biases of the decoder of the static form, by distance: {@code [H, L]}. */
  public static final String STATIC_DECODER_BIAS = "t5_nlu_decoder.bias.npy";

  /** The folder of the form with open shapes, for CPUs and GPUs. */
  public static final String FULL = "t5_nlu_full";

  /** All of them. */
  static final Seq2SeqLayout LAYOUT =
      new Seq2SeqLayout(STATIC_ENCODER, STATIC_DECODER, Optional.of(STATIC_DECODER_BIAS), FULL);

  private T5Files() {}
}
