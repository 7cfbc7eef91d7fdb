package io.github.npu4j.seq2seq.cpu;

import io.github.npu4j.tensor.OffHeap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The keys and values of the CPU form, off-heap: of the text, and two sets of the answer's, of
 * which a step reads one and writes the other. What it wrote is what the next step reads, so
 * nothing is copied unless rows change.
 *
 * <p>Belongs to one thread at a time. Each tensor is packed for the rows and length it has at the
 * moment; its room is for more.
 */
final class KvCache implements AutoCloseable {

  private final CpuGraphs graphs;
  private final int rows;
  private final int textTokens;
  private final int tokens;
  private final Arena arena = Arena.ofShared();

  /** What the last step wrote, by tensor. */
  private MemorySegment[] written;

  /** Where the next step writes, by tensor. */
  private MemorySegment[] free;

  /** Keys and values as the decoder's first graph wrote them, a row a text. */
  private final MemorySegment[] texts;

  /** The same by row of the answers, where rows are not texts. */
  private final MemorySegment[] spread;

  /**
   * Makes room.
   *
   * @param rows the most rows
   * @param textTokens the most tokens of a text
   * @param tokens the most tokens of an answer
   */
  KvCache(CpuGraphs graphs, int rows, int textTokens, int tokens) {
    this.graphs = graphs;
    this.rows = rows;
    this.textTokens = textTokens;
    this.tokens = tokens;
    long own = graphs.keyBytes(rows, tokens);
    long text = graphs.keyBytes(rows, textTokens);
    this.written = allocate(graphs.selfTensors().size(), own);
    this.free = allocate(graphs.selfTensors().size(), own);
    this.texts = allocate(graphs.crossTensors().size(), text);
    this.spread = rows == 1 ? texts : allocate(graphs.crossTensors().size(), text);
  }

  private MemorySegment[] allocate(int count, long bytes) {
    MemorySegment[] segments = new MemorySegment[count];
    for (int i = 0; i < count; i++) {
      segments[i] = OffHeap.allocate(arena, bytes);
    }
    return segments;
  }

  int rows() {
    return rows;
  }

  int textTokens() {
    return textTokens;
  }

  int tokens() {
    return tokens;
  }

  /** Returns what the last step wrote. */
  MemorySegment written(int tensor) {
    return written[tensor];
  }

  /** Returns where the next step writes. */
  MemorySegment free(int tensor) {
    return free[tensor];
  }

  /** Returns the keys or values of the texts, a row a text. */
  MemorySegment texts(int tensor) {
    return texts[tensor];
  }

  /** Returns the keys or values of the texts, spread over the rows of the answers. */
  MemorySegment spread(int tensor) {
    return spread[tensor];
  }

  /** Makes what a step has written what the next one reads. */
  void stepWritten() {
    MemorySegment[] read = written;
    written = free;
    free = read;
  }

  /** Takes over what another cache holds of the answers. */
  void takeOver(KvCache smaller, int rowsNow, int length) {
    long bytes = graphs.keyBytes(rowsNow, length);
    for (int i = 0; i < written.length; i++) {
      MemorySegment.copy(smaller.written[i], 0, written[i], 0, bytes);
    }
    for (int i = 0; i < texts.length; i++) {
      long all = smaller.texts[i].byteSize();
      MemorySegment.copy(smaller.texts[i], 0, texts[i], 0, all);
    }
  }

  /** Puts rows of the answers in another order; some may be left out and others come twice. */
  void reorder(int rowsNow, int[] parents, int length) {
    for (int i = 0; i < written.length; i++) {
      gather(written[i], free[i], rowsNow, parents, graphs.keyBytes(1, length));
    }
    stepWritten();
  }

  /** Spreads the texts' keys and values over the rows of the answers. */
  void spread(int rowsNow, int[] textOf, int length) {
    for (int i = 0; i < texts.length; i++) {
      gather(texts[i], spread[i], rowsNow, textOf, graphs.keyBytes(1, length));
    }
  }

  private static void gather(
      MemorySegment from, MemorySegment to, int rows, int[] sources, long bytes) {
    for (int row = 0; row < rows; row++) {
      MemorySegment.copy(from, sources[row] * bytes, to, row * bytes, bytes);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
