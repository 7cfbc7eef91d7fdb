package io.github.npu4j.seq2seq.search;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.seq2seq.generation.Ending;
import io.github.npu4j.seq2seq.generation.Generation;
import java.util.List;

/**
 * The search for the answers to one text: looks at the scores of its rows and says which rows go on
 * and with which tokens. Begins with one row.
 */
public interface Search {

  /**
   * Chooses the next tokens.
   *
   * @param decoder has the scores of the search's rows
   * @param firstRow the decoder's number of the search's first row; the others follow it
   * @throws BadInputException if the rules of the search leave no token that may come next
   */
  void choose(Decoder decoder, int firstRow);

  /** Returns what the search looks at. */
  ScoresNeeded wanted();

  /** Ends the search where it is, while its decoder still is at its last step. */
  default void finish() {}

  /** Returns how many rows go on; 0 once the search is over. */
  int rows();

  /** Returns the row of before that a row goes on with. */
  int parent(int row);

  /** Returns the token that a row takes. */
  int token(int row);

  /** Returns the answers, best first; if the search is not over, what there is by now. */
  List<Found> answers();

  /** Returns the error that nothing may come next. */
  static BadInputException deadEnd() {
    return new BadInputException(
        "no token may come next in the answer",
        "what is banned, forced and allowed contradicts itself",
        "Loosen the constraint, or the rules beside it.");
  }

  /**
   * An answer.
   *
   * @param ids its tokens
   * @param score its log-probability, as {@link Generation#score()}
   * @param ending why it ended
   */
  record Found(List<Integer> ids, double score, Ending ending) {}
}
