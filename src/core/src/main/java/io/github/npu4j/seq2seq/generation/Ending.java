package io.github.npu4j.seq2seq.generation;

/** Why an answer ended. */
public enum Ending {
  /** The model gave its end token, or one of the {@link Stops}. */
  END_TOKEN,
  /** One of the texts of {@link Stops} is in it. */
  STOP_STRING,
  /** It has as many tokens as it may have. */
  MAXIMUM_LENGTH,
  /** It was cancelled, or the model was closed; it is what there was by then. */
  CANCELLED
}
