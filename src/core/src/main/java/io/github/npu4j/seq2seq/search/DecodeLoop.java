package io.github.npu4j.seq2seq.search;

import io.github.npu4j.seq2seq.generation.Timings;
import io.github.npu4j.tokenizer.Encoding;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Drives a decoder by the searches for the answers to some texts, until all are over. */
public final class DecodeLoop {

  private final Decoder decoder;
  private final Search[] searches;

  /** The decoder's row that a search's first row is now. */
  private final int[] firstRows;

  private final int[] parents;
  private final int[] tokens;
  private int steps;
  private long prefillNanos;
  private long stepNanos;

  /**
   * Prepares searches.
   *
   * @param texts the number of the text that each search is for
   * @param mostRows how many rows all searches together can have
   */
  public DecodeLoop(Decoder decoder, List<? extends Search> searches, int[] texts, int mostRows) {
    this.decoder = decoder;
    this.searches = searches.toArray(Search[]::new);
    this.firstRows = texts.clone();
    this.parents = new int[mostRows];
    this.tokens = new int[mostRows];
  }

  /**
   * Searches until all searches are over.
   *
   * @param encodings the texts
   * @param cancelled asked before each step
   */
  public void run(List<Encoding> encodings, BooleanSupplier cancelled) {
    long start = System.nanoTime();
    decoder.begin(encodings, parents.length, wanted());
    prefillNanos = System.nanoTime() - start;
    int rows = choose();
    while (rows > 0 && !cancelled.getAsBoolean()) {
      decoder.advance(rows, parents, tokens);
      steps++;
      rows = choose();
    }
    for (Search search : searches) {
      search.finish();
    }
    stepNanos = System.nanoTime() - start - prefillNanos;
  }

  private ScoresNeeded wanted() {
    for (Search search : searches) {
      if (search.wanted() == ScoresNeeded.SCORES) {
        return ScoresNeeded.SCORES;
      }
    }
    return ScoresNeeded.BEST;
  }

  /** Has each search choose, and returns how many rows go on. */
  private int choose() {
    int rows = 0;
    for (int i = 0; i < searches.length; i++) {
      Search search = searches[i];
      if (steps > 0 && search.rows() == 0) {
        continue;
      }
      int first = firstRows[i];
      search.choose(decoder, first);
      firstRows[i] = rows;
      for (int row = 0; row < search.rows(); row++) {
        parents[rows] = first + search.parent(row);
        tokens[rows++] = search.token(row);
      }
    }
    return rows;
  }

  /** Returns what it took. */
  public Timings timings() {
    return new Timings(prefillNanos, stepNanos, steps);
  }
}
