package io.github.npu4j.seq2seq.search;

import io.github.npu4j.engine.Placement;

/** A model in one of its forms, that makes decoders. May be shared by threads. */
public interface DecoderSource extends AutoCloseable {

  /** Returns where the model runs, and each better place that was passed over. */
  Placement placement();

  /** Returns the most tokens of a text. */
  int maxInputTokens();

  /** Returns the most tokens of an answer. */
  int maxNewTokens();

  /** Returns how many tokens have a score. */
  int vocabulary();

  /** Returns how many texts can begin together. */
  int mostTexts();

  /** Returns the bucket of texts of {@code textTokens} tokens: decoders of one bucket are alike. */
  int bucket(int textTokens);

  /** Makes a decoder for texts of a bucket, which the caller closes. */
  Decoder newDecoder(int bucket);

  @Override
  void close();
}
