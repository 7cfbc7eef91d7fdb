package io.github.npu4j.family;

/**
 * Where the parts of an encoder and decoder lie in a model folder, by the names that are the same
 * for every family; {@link Seq2SeqLayout} has those that each family chooses.
 *
 * <pre>
 * NAME/  npu4j.json
 *        static encoder, static decoder, position biases                      for HTP
 *        FULL/         encoder_model.onnx decoder_model.onnx decoder_with_past_model.onnx
 *                      config.json generation_config.json                   as Optimum has them
 *                      shortlist_step.onnx shortlist_scores.onnx            for large vocabularies
 *        tokenizer/    tokenizer.json, spiece.model or tokenizer_config.json
 *        htp/SOC/      encoder-SEQ.bin decoder-SEQ.bin, each with what {@link
 *                      io.github.npu4j.artifact.ModelFolder} says
 * </pre>
 */
public final class Seq2SeqFolder {

  /** In the folder of the form with open shapes, the encoder. */
  public static final String ENCODER = "encoder_model.onnx";

  /** There, the decoder's first step. */
  public static final String DECODER = "decoder_model.onnx";

  /** There, each later step of the decoder. */
  public static final String DECODER_WITH_PAST = "decoder_with_past_model.onnx";

  /**
   * There, if the vocabulary is large: {@link #DECODER_WITH_PAST} with a shortlist of the best
   * tokens instead of all scores.
   */
  public static final String SHORTLIST_STEP = "shortlist_step.onnx";

  /** There, beside {@link #SHORTLIST_STEP}: all scores of its hidden states. */
  public static final String SHORTLIST_SCORES = "shortlist_scores.onnx";

  /** There, and in a checkpoint, the options of generation. */
  public static final String GENERATION_CONFIG = "generation_config.json";

  /** The folder of the tokenizer. */
  public static final String TOKENIZER = "tokenizer";

  /** SentencePiece's own file of a tokenizer. */
  public static final String SENTENCE_PIECE = "spiece.model";

  /** The file that names the kind of a tokenizer. */
  public static final String TOKENIZER_CONFIG = "tokenizer_config.json";

  /** The setting for the token that an answer begins after. */
  public static final String DECODER_START_SETTING = "decoderStart";

  /** The setting for the number of tokens that have a score. */
  public static final String VOCABULARY_SETTING = "vocabulary";

  /** The setting for the most tokens of an answer on an NPU. */
  public static final String MAXIMUM_LENGTH_SETTING = "maxLength";

  /** The setting for the lengths that the encoder is to be compiled for, separated by commas. */
  public static final String BUCKETS_SETTING = "buckets";

  private Seq2SeqFolder() {}

  /**
   * Returns the name of the graph in {@link #SHORTLIST_STEP}. It tells the decoder that the
   * shortlist is for: beside another one, which somebody put in its place, it is of no use.
   *
   * @param decoderBytes the size of {@link #DECODER_WITH_PAST}
   */
  public static String shortlistGraph(long decoderBytes) {
    return "shortlist for a decoder of " + decoderBytes + " bytes";
  }
}
