package io.github.npu4j.seq2seq.constraint;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.tokenizer.Tokenizer;
import java.util.List;

/**
 * What may come next in an answer.
 *
 * <p>A constraint is the state after some tokens of an answer. It is immutable, so that the beams
 * of a search share their common past, and may be used by several threads.
 */
public interface Constraint {

  /**
   * Sets the bit of each token that may come next, and the end token's where the answer may end
   * here. At least one bit has to be set, or the answer could go nowhere.
   *
   * @param words bit {@code t % 64} of word {@code t / 64} is token {@code t}; {@code (vocabulary +
   *     63) / 64} words, all zero
   */
  void allowed(long[] words);

  /**
   * Returns what may come after a token.
   *
   * @param token one that {@link #allowed} allows, and not the end token
   */
  Constraint after(int token);

  /**
   * Returns this constraint, narrowed to the answers that end in time where that is known: a token
   * after which an answer could not end any more is not allowed, so long as there is another. So
   * the end of the time does not cut an answer in the middle.
   *
   * @param tokens how many tokens may still come, the end token included
   */
  default Constraint within(int tokens) {
    return this;
  }

  /**
   * Returns what holds an answer to a list. An answer is written in the tokens that the tokenizer
   * makes of it, and in no others; it may be the beginning of another one, and stand in the list
   * twice.
   *
   * @param tokenizer the model's
   * @throws BadInputException if the list is empty, or an answer does not come back from its tokens
   *     as it was
   */
  static Constraint answers(Tokenizer tokenizer, List<String> answers) {
    return AnswerConstraint.of(tokenizer, answers);
  }

  /**
   * Returns what holds an answer to a JSON schema: each answer is a document that is valid under
   * it, written without spaces, and each such document can be written, the properties in any order,
   * in any tokens.
   *
   * <p>The keywords are {@code type} (one or several), {@code properties}, {@code required}, {@code
   * additionalProperties} (only {@code false}, which is also meant where it is missing), {@code
   * enum}, {@code const}, {@code anyOf}, {@code items}, {@code minItems}, {@code maxItems}, {@code
   * minLength}, {@code maxLength} and, of an integer, {@code minimum} and {@code maximum}. {@code
   * title}, {@code description}, {@code default}, {@code examples}, {@code $schema}, {@code $id}
   * and {@code $comment} are read over. A value in {@code enum} or {@code const} is written in one
   * way; characters of another string may be written as escapes, if the vocabulary has all that
   * escapes need. A number has at most 15 digits before the point, 15 behind it and 2 in the
   * exponent, an integer 15, or 18 where it has a limit.
   *
   * <p>A string without {@code maxLength} and an array without {@code maxItems} may go on until the
   * model ends it: {@link #within} makes it end in time, if there is time at all.
   *
   * @param tokenizer the model's, one of T5's, mT5's or ByT5's kind
   * @throws BadInputException if the schema says anything else, or the vocabulary has no way to
   *     write what it asks for
   */
  static Constraint jsonSchema(Tokenizer tokenizer, String schema) {
    return JsonConstraint.of(tokenizer.vocabulary(), schema);
  }
}
