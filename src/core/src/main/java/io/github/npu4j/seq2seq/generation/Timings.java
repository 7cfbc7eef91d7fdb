package io.github.npu4j.seq2seq.generation;

/**
 * What an answer took. Answers that were made together, in a batch or by beams, share the figures.
 *
 * @param prefillNanos until the scores of the first token: tokenizer, encoder and the decoder's
 *     start
 * @param stepNanos all steps after that
 * @param steps how many steps there were after the first token
 */
public record Timings(long prefillNanos, long stepNanos, int steps) {

  /** Nothing was run. */
  static final Timings NONE = new Timings(0, 0, 0);

  /** Returns the figures with what was done before counted in. */
  Timings afterNanos(long nanos) {
    return new Timings(prefillNanos + nanos, stepNanos, steps);
  }

  /** Returns the whole time in nanoseconds. */
  public long totalNanos() {
    return prefillNanos + stepNanos;
  }

  /** Returns the nanoseconds of a step; 0 if there was none. */
  public long nanosPerStep() {
    return steps == 0 ? 0 : stepNanos / steps;
  }
}
