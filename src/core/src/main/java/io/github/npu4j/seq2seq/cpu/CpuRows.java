package io.github.npu4j.seq2seq.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.github.npu4j.tensor.OffHeap;
import io.github.npu4j.tokenizer.Encoding;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The CPU form's tensors besides keys and values, off-heap: ids, masks, hidden states and scores.
 * Belongs to one thread at a time; each tensor is packed for the rows and tokens it has at the
 * moment.
 */
final class CpuRows implements AutoCloseable {

  private final Arena arena = Arena.ofShared();
  private final MemorySegment textIds;
  private final MemorySegment textMask;
  private final MemorySegment spreadMask;
  private final MemorySegment states;
  private final MemorySegment tokens;
  private final MemorySegment logits;
  private final MemorySegment[] logitsOfRow;

  /**
   * Makes room.
   *
   * @param rows the most rows
   * @param textTokens the most tokens of a text
   */
  CpuRows(CpuGraphs graphs, int rows, int textTokens) {
    long texts = (long) rows * textTokens;
    this.textIds = OffHeap.allocate(arena, texts * Long.BYTES);
    this.textMask = OffHeap.allocate(arena, texts * Long.BYTES);
    this.spreadMask = OffHeap.allocate(arena, texts * Long.BYTES);
    this.states = OffHeap.allocate(arena, texts * graphs.width() * Float.BYTES);
    this.tokens = OffHeap.allocate(arena, (long) rows * Long.BYTES);
    long row = (long) graphs.vocabulary() * JAVA_FLOAT.byteSize();
    this.logits = OffHeap.allocate(arena, rows * row);
    this.logitsOfRow = new MemorySegment[rows];
    for (int i = 0; i < rows; i++) {
      logitsOfRow[i] = logits.asSlice(i * row, row);
    }
  }

  MemorySegment textIds() {
    return textIds;
  }

  MemorySegment textMask() {
    return textMask;
  }

  /** Returns the mask of the text of each row of the answers. */
  MemorySegment spreadMask() {
    return spreadMask;
  }

  MemorySegment states() {
    return states;
  }

  /** Returns the token that each row takes. */
  MemorySegment tokens() {
    return tokens;
  }

  MemorySegment logits() {
    return logits;
  }

  MemorySegment logits(int row) {
    return logitsOfRow[row];
  }

  /** Writes texts, each padded to the longest. */
  void putTexts(List<Encoding> texts, int longest) {
    int place = 0;
    for (Encoding text : texts) {
      for (int i = 0; i < longest; i++) {
        boolean counts = i < text.length();
        textIds.setAtIndex(JAVA_LONG, place, counts ? text.ids()[i] : 0);
        textMask.setAtIndex(JAVA_LONG, place++, counts ? 1 : 0);
      }
    }
  }

  /** Writes the same token to each row. */
  void putTokens(int count, int token) {
    for (int row = 0; row < count; row++) {
      tokens.setAtIndex(JAVA_LONG, row, token);
    }
  }

  /** Writes a token to each row. */
  void putTokens(int count, int[] each) {
    for (int row = 0; row < count; row++) {
      tokens.setAtIndex(JAVA_LONG, row, each[row]);
    }
  }

  /** Spreads the texts' masks over the rows of the answers. */
  void spreadMask(int count, int[] textOf, int longest) {
    long bytes = (long) longest * Long.BYTES;
    for (int row = 0; row < count; row++) {
      MemorySegment.copy(textMask, textOf[row] * bytes, spreadMask, row * bytes, bytes);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
