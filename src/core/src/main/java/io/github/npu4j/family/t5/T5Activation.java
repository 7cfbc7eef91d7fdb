package io.github.npu4j.family.t5;

/** What stands between the two layers of a T5 feed-forward block. */
public enum T5Activation {
  /** max(x, 0), of T5 1.0. */
  RELU,
  /** x Φ(x), by the error function. */
  GELU,
  /**
   * GELU by its tanh approximation (Hendrycks and Gimpel, arXiv:1606.08415), of T5 1.1, Flan, mT5.
   */
  GELU_TANH,
  /** x times the logistic function of x. */
  SILU
}
