package io.github.npu4j.seq2seq.htp;

import io.github.npu4j.engine.Binding;
import io.github.npu4j.family.decoder.DecoderStep;
import io.github.npu4j.family.decoder.StaticDecoder;
import io.github.npu4j.seq2seq.search.Decoder;
import io.github.npu4j.seq2seq.search.ScoresNeeded;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tokenizer.Encoding;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes by the two static graphs of a bucket. The encoder's outputs, the keys and values of the
 * text, are the inputs of every row's decoder, so nothing of them is copied. Rows run one after the
 * other; a row that goes on alone goes on where it is, and only one that forks is copied.
 */
final class HtpDecoder implements Decoder {

  private final HtpModels models;
  private final StaticDecoder graphs;
  private final Binding encoder;
  private final MemorySegment ids;
  private final ElementType idType;
  private final MemorySegment mask;
  private final ArrayDeque<DecoderStep> spare = new ArrayDeque<>();
  private @Nullable DecoderStep[] current = new DecoderStep[1];
  private @Nullable DecoderStep[] next = new DecoderStep[1];
  private int rows;
  private long queueNanos;

  /** Binds the encoder. */
  HtpDecoder(HtpModels models, StaticDecoder graphs) {
    this.models = models;
    this.graphs = graphs;
    this.encoder = models.bind(graphs.encoder());
    this.ids = encoder.input(StaticDecoder.IDS);
    this.idType = encoder.inputSpec(StaticDecoder.IDS).type();
    this.mask = encoder.input(StaticDecoder.MASK);
  }

  @Override
  public void begin(List<Encoding> texts, int mostRows, ScoresNeeded wanted) {
    Encoding text = texts.getFirst();
    release();
    if (current.length < mostRows) {
      current = new DecoderStep[mostRows];
      next = new DecoderStep[mostRows];
    }
    for (int i = 0; i < graphs.maxInputTokens(); i++) {
      StaticDecoder.putId(ids, idType, i, i < text.length() ? text.ids()[i] : 0);
    }
    StaticDecoder.show(mask, text.length());
    encoder.run();
    queueNanos = encoder.queueNanos();
    DecoderStep row = spareRow();
    row.begin(text.length());
    take(row, models.start());
    current[0] = row;
    rows = 1;
  }

  /** Lays the rows of the last search aside. */
  private void release() {
    for (int i = 0; i < rows; i++) {
      spare.push(row(i));
    }
    Arrays.fill(current, null);
    rows = 0;
  }

  private DecoderStep spareRow() {
    DecoderStep row = spare.poll();
    return row == null
        ? new DecoderStep(graphs, models.bias(), models.bind(graphs.decoder()), encoder)
        : row;
  }

  @Override
  public void advance(int rowsNow, int[] parents, int[] tokens) {
    if (rowsNow != rows || !inOrder(rowsNow, parents)) {
      move(rowsNow, parents);
    }
    for (int i = 0; i < rows; i++) {
      take(row(i), tokens[i]);
    }
  }

  private void take(DecoderStep row, int token) {
    row.take(token);
    queueNanos += row.queueNanos();
  }

  @Override
  public long queueNanos() {
    return queueNanos;
  }

  private static boolean inOrder(int rowsNow, int[] parents) {
    for (int i = 0; i < rowsNow; i++) {
      if (parents[i] != i) {
        return false;
      }
    }
    return true;
  }

  /** Gives each row the place of its parent, or a copy where another row has it already. */
  private void move(int rowsNow, int[] parents) {
    boolean[] taken = new boolean[rows];
    Arrays.fill(next, null);
    for (int i = 0; i < rowsNow; i++) {
      if (!taken[parents[i]]) {
        taken[parents[i]] = true;
        next[i] = current[parents[i]];
      }
    }
    for (int i = 0; i < rows; i++) {
      if (!taken[i]) {
        spare.push(row(i));
      }
    }
    for (int i = 0; i < rowsNow; i++) {
      if (next[i] == null) {
        DecoderStep copy = spareRow();
        copy.become(row(parents[i]));
        next[i] = copy;
      }
    }
    @Nullable DecoderStep[] before = current;
    current = next;
    next = before;
    rows = rowsNow;
  }

  private DecoderStep row(int place) {
    DecoderStep row = current[place];
    if (row == null) {
      throw new IllegalStateException("there is no row " + place);
    }
    return row;
  }

  @Override
  public MemorySegment logits(int row) {
    return row(row).logits();
  }

  @Override
  public void close() {
    release();
    spare.forEach(DecoderStep::close);
    encoder.close();
  }
}
