package io.github.npu4j.seq2seq.search;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.github.npu4j.tensor.OffHeap;
import io.github.npu4j.tokenizer.Encoding;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A model that is a Java function: the tokens so far in, the scores of the next one out. */
final class TableDecoder implements Decoder {

  private final Arena arena = Arena.ofShared();
  private final Function<List<Integer>, float[]> scores;
  private final List<MemorySegment> logits = new ArrayList<>();
  private List<List<Integer>> rows = new ArrayList<>();
  private int steps;

  /**
   * Makes a model.
   *
   * @param vocabulary how many tokens it has
   * @param mostRows how many rows there can be
   * @param scores of each token after some tokens
   */
  TableDecoder(int vocabulary, int mostRows, Function<List<Integer>, float[]> scores) {
    this.scores = scores;
    for (int i = 0; i < mostRows; i++) {
      logits.add(OffHeap.allocate(arena, (long) vocabulary * Float.BYTES));
    }
  }

  /** Returns how often rows advanced. */
  int steps() {
    return steps;
  }

  @Override
  public void begin(List<Encoding> texts, int mostRows, ScoresNeeded wanted) {
    rows = new ArrayList<>();
    texts.forEach(_ -> rows.add(List.of()));
    write();
  }

  @Override
  public void advance(int count, int[] parents, int[] tokens) {
    List<List<Integer>> next = new ArrayList<>();
    for (int row = 0; row < count; row++) {
      List<Integer> ids = new ArrayList<>(rows.get(parents[row]));
      ids.add(tokens[row]);
      next.add(List.copyOf(ids));
    }
    rows = next;
    steps++;
    write();
  }

  private void write() {
    for (int row = 0; row < rows.size(); row++) {
      float[] values = scores.apply(rows.get(row));
      MemorySegment.copy(values, 0, logits.get(row), JAVA_FLOAT, 0, values.length);
    }
  }

  @Override
  public MemorySegment logits(int row) {
    return logits.get(row);
  }

  @Override
  public void close() {
    arena.close();
  }
}
