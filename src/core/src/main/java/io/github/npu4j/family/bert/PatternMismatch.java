package io.github.npu4j.family.bert;

/** A graph is not of the form that is looked for. No error: such a graph is run as it is. */
final class PatternMismatch extends Exception {

  private static final long serialVersionUID = 1L;

  PatternMismatch(String difference) {
    super(difference, null, false, false);
  }
}
