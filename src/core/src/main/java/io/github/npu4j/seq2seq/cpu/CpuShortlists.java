package io.github.npu4j.seq2seq.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.github.npu4j.engine.Binding;
import io.github.npu4j.seq2seq.search.ScoresNeeded;
import io.github.npu4j.seq2seq.search.Shortlist;
import io.github.npu4j.tensor.OffHeap;
import io.github.npu4j.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What a step with shortlists writes, off-heap: the hidden state of each row, and the lists of as
 * many as are wanted. The output layer is a graph of its own, which computes all scores of states.
 *
 * <p>Belongs to one thread at a time.
 */
final class CpuShortlists implements AutoCloseable {

  static final String ROWS = "shortlist.rows";
  static final String TOKENS = "shortlist.tokens";
  static final String SCORES = "shortlist.scores";
  static final String OTHERS = "shortlist.others";
  static final String MARGIN = "shortlist.margin";
  static final String HIDDEN_STATES = "hidden_states";

  /** With more states than this, the output layer takes as much longer as there are more. */
  private static final int MOST_STATES = 16;

  private final CpuGraphs graphs;
  private final Binding outputLayer;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment rowsListed;
  private final MemorySegment states;
  private final MemorySegment tokens;
  private final MemorySegment scores;
  private final MemorySegment others;
  private final MemorySegment margins;
  private final MemorySegment manyStates;
  private final MemorySegment manyLogits;
  private final Row[] rows;

  /**
   * Makes room.
   *
   * @param outputLayer a binding of the output layer; owned
   * @param mostRows the most rows
   */
  CpuShortlists(CpuGraphs graphs, Binding outputLayer, int mostRows) {
    this.graphs = graphs;
    this.outputLayer = outputLayer;
    long listed = (long) mostRows * graphs.listed();
    this.rowsListed = OffHeap.allocate(arena, Long.BYTES);
    this.states = OffHeap.allocate(arena, (long) mostRows * graphs.width() * Float.BYTES);
    this.tokens = OffHeap.allocate(arena, listed * Long.BYTES);
    this.scores = OffHeap.allocate(arena, listed * Float.BYTES);
    this.others = OffHeap.allocate(arena, (long) mostRows * Float.BYTES);
    this.margins = OffHeap.allocate(arena, (long) mostRows * Float.BYTES);
    this.manyStates = OffHeap.allocate(arena, (long) MOST_STATES * graphs.width() * Float.BYTES);
    this.manyLogits =
        OffHeap.allocate(arena, (long) MOST_STATES * graphs.vocabulary() * Float.BYTES);
    this.rows = new Row[mostRows];
    for (int row = 0; row < mostRows; row++) {
      rows[row] = new Row(row);
    }
  }

  /**
   * Makes a step write here.
   *
   * @param count how many rows it has
   * @param wanted whether lists are
   */
  void bind(Binding step, int count, ScoresNeeded wanted) {
    int listed = wanted == ScoresNeeded.BEST ? count : 1; // ONNX Runtime fails on none
    rowsListed.set(JAVA_LONG, 0, listed);
    step.bindInput(ROWS, rowsListed, Shape.of(1));
    step.bindOutput(CpuGraphs.STATES, states, Shape.of(count, 1, graphs.width()));
    step.bindOutput(TOKENS, tokens, Shape.of(listed, 1, graphs.listed()));
    step.bindOutput(SCORES, scores, Shape.of(listed, 1, graphs.listed()));
    step.bindOutput(OTHERS, others, Shape.of(listed, 1, 1));
    step.bindOutput(MARGIN, margins, Shape.of(listed, 1, 1));
  }

  /** Returns the list that the last step made for a row. */
  Shortlist row(int row) {
    return rows[row];
  }

  /** Computes the scores of all tokens in each row of the last step. */
  void scoreAll(int count, MemorySegment logits) {
    compute(states, Shape.of(count, 1, graphs.width()), logits, Shape.of(count, 1, vocabulary()));
  }

  private long vocabulary() {
    return graphs.vocabulary();
  }

  private void compute(MemorySegment from, Shape given, MemorySegment into, Shape made) {
    outputLayer.bindInput(HIDDEN_STATES, from, given);
    outputLayer.bindOutput(CpuGraphs.LOGITS, into, made);
    outputLayer.run();
  }

  @Override
  public void close() {
    outputLayer.close();
    arena.close();
  }

  private final class Row implements Shortlist {

    private final int row;
    private final long first;

    Row(int row) {
      this.row = row;
      this.first = (long) row * graphs.listed();
    }

    @Override
    public int size() {
      return graphs.listed();
    }

    @Override
    public int token(int place) {
      return (int) tokens.getAtIndex(JAVA_LONG, first + place);
    }

    @Override
    public float score(int place) {
      return scores.getAtIndex(JAVA_FLOAT, first + place);
    }

    @Override
    public float others() {
      return others.getAtIndex(JAVA_FLOAT, row);
    }

    @Override
    public float margin() {
      return margins.getAtIndex(JAVA_FLOAT, row);
    }

    @Override
    public int width() {
      return graphs.width();
    }

    @Override
    public void copyState(float[] into, int at) {
      long offset = (long) row * graphs.width() * Float.BYTES;
      MemorySegment.copy(states, JAVA_FLOAT, offset, into, at, graphs.width());
    }

    @Override
    public int mostStates() {
      return MOST_STATES;
    }

    @Override
    public MemorySegment logits(float[] given, int count) {
      MemorySegment.copy(given, 0, manyStates, JAVA_FLOAT, 0, count * graphs.width());
      compute(
          manyStates,
          Shape.of(1, count, graphs.width()),
          manyLogits,
          Shape.of(1, count, vocabulary()));
      return manyLogits.asSlice(0, count * vocabulary() * Float.BYTES);
    }
  }
}
