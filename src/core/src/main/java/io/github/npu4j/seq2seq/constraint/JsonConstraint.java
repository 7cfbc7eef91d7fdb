package io.github.npu4j.seq2seq.constraint;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.tokenizer.Vocabulary;

/** Holds an answer to the compact documents of a JSON schema. */
final class JsonConstraint implements Constraint {

  /** What it takes to write every kind of escape. */
  private static final String ESCAPES = "\"\\u0123456789abcdef";

  private final Grammar grammar;
  private final Grammar.State state;
  private final int left;

  private JsonConstraint(Grammar grammar, Grammar.State state, int left) {
    this.grammar = grammar;
    this.state = state;
    this.left = left;
  }

  /**
   * Makes one for the beginning of an answer.
   *
   * @throws BadInputException if the schema says something that is not supported, or the vocabulary
   *     has no way to write it
   */
  static Constraint of(Vocabulary vocabulary, String schema) {
    Grammar grammar = new Grammar(vocabulary);
    JsonSchema reader = new JsonSchema(grammar.canWrite(ESCAPES));
    Expression documents = reader.documents(schema);
    String unwritable = grammar.unwritable(reader.required());
    if (unwritable != null || !grammar.completesCharacters()) {
      throw new BadInputException(
          "this model can't hold its answers to this JSON schema",
          "its vocabulary has no way to write " + (unwritable == null ? "UTF-8" : unwritable),
          "Use a model whose tokenizer has byte fallback.");
    }
    Expression start =
        vocabulary.leadingSpace()
            ? Sequence.of(Choice.of(Literal.of(" "), Literal.EMPTY), documents)
            : documents;
    return new JsonConstraint(grammar, grammar.state(start), Expression.MANY);
  }

  @Override
  public void allowed(long[] words) {
    grammar.allowed(state, left, words);
  }

  @Override
  public Constraint after(int token) {
    Grammar.State behind = grammar.after(state, token);
    if (behind == null) {
      throw new IllegalArgumentException("token " + token + " is not allowed here");
    }
    return new JsonConstraint(grammar, behind, left == Expression.MANY ? left : left - 1);
  }

  @Override
  public Constraint within(int tokens) {
    return new JsonConstraint(grammar, state, Math.min(tokens, Expression.MANY));
  }
}
