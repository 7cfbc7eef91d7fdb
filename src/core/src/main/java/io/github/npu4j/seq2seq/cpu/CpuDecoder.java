package io.github.npu4j.seq2seq.cpu;

import static io.github.npu4j.seq2seq.cpu.CpuGraphs.IDS;
import static io.github.npu4j.seq2seq.cpu.CpuGraphs.LOGITS;
import static io.github.npu4j.seq2seq.cpu.CpuGraphs.MASK;
import static io.github.npu4j.seq2seq.cpu.CpuGraphs.PAST;
import static io.github.npu4j.seq2seq.cpu.CpuGraphs.PRESENT;
import static io.github.npu4j.seq2seq.cpu.CpuGraphs.STATES;
import static io.github.npu4j.seq2seq.cpu.CpuGraphs.TEXT_MASK;
import static io.github.npu4j.seq2seq.cpu.CpuGraphs.TEXT_STATES;

import io.github.npu4j.engine.Binding;
import io.github.npu4j.seq2seq.search.Decoder;
import io.github.npu4j.seq2seq.search.ScoresNeeded;
import io.github.npu4j.seq2seq.search.Shortlist;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tokenizer.Encoding;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes by the three graphs of the CPU form. A step reads and writes keys and values as long as
 * the answer is by then, in memory that is bound anew for each step and copied by none.
 */
final class CpuDecoder implements Decoder {

  /** Texts that begin together; more would wait longer for the first token than they gain. */
  static final int MOST_TEXTS = 8;

  /** Buffers grow in steps of this number of tokens, so that texts of similar length share it. */
  private static final int GRAIN = 32;

  private final CpuGraphs graphs;
  private final CpuModels models;
  private final Binding encoder;
  private final Binding first;
  private final Binding step;
  private final String[] past;
  private final String[] present;
  private KvCache cache;
  private CpuRows memory;
  private @Nullable CpuShortlists shortlists;

  /** What the search looks at, and whether all scores of the last step are in memory. */
  private ScoresNeeded wanted = ScoresNeeded.SCORES;

  private boolean scored;

  /** Texts of the answers, and the tokens of the longest. */
  private int texts;

  private int textTokens;

  /** Rows of answers, and the tokens of each. */
  private int rows;

  private int length;

  /** The text of each row's answer, as it is now and as it is to be. */
  private int[] textOf;

  private int[] nextTextOf;

  /** Binds the graphs. */
  CpuDecoder(CpuModels models) {
    this.models = models;
    this.graphs = models.graphs();
    this.past = graphs.selfTensors().stream().map(PAST::concat).toArray(String[]::new);
    this.present = graphs.selfTensors().stream().map(PRESENT::concat).toArray(String[]::new);
    this.encoder = models.bindEncoder();
    this.first = models.bindFirst();
    this.step = models.bindStep();
    this.cache = new KvCache(graphs, 1, GRAIN, GRAIN);
    this.memory = new CpuRows(graphs, 1, GRAIN);
    this.shortlists = newShortlists(1);
    this.textOf = new int[1];
    this.nextTextOf = new int[1];
  }

  private @Nullable CpuShortlists newShortlists(int mostRows) {
    Binding outputLayer = models.bindOutputLayer();
    return outputLayer == null ? null : new CpuShortlists(graphs, outputLayer, mostRows);
  }

  @Override
  public void begin(List<Encoding> encodings, int mostRows, ScoresNeeded what) {
    wanted = what;
    texts = encodings.size();
    textTokens = encodings.stream().mapToInt(Encoding::length).max().orElseThrow();
    reserve(mostRows);
    memory.putTexts(encodings, textTokens);
    memory.putTokens(texts, models.start());
    encode();
    takeStart();
    cache.stepWritten();
    length = 1;
    rows = texts;
    for (int row = 0; row < rows; row++) {
      textOf[row] = row;
    }
    bindTexts();
  }

  private void reserve(int mostRows) {
    if (mostRows <= cache.rows() && textTokens <= cache.textTokens()) {
      return;
    }
    int rowsKept = Math.max(mostRows, cache.rows());
    int tokensKept = Math.max((textTokens + GRAIN - 1) / GRAIN * GRAIN, cache.textTokens());
    cache.close();
    cache = new KvCache(graphs, rowsKept, tokensKept, cache.tokens());
    memory.close();
    memory = new CpuRows(graphs, rowsKept, tokensKept);
    if (shortlists != null) {
      shortlists.close();
      shortlists = newShortlists(rowsKept);
    }
    textOf = new int[rowsKept];
    nextTextOf = new int[rowsKept];
  }

  private void encode() {
    Shape ids = Shape.of(texts, textTokens);
    encoder.bindInput(IDS, memory.textIds(), ids);
    encoder.bindInput(MASK, memory.textMask(), ids);
    encoder.bindOutput(STATES, memory.states(), Shape.of(texts, textTokens, graphs.width()));
    encoder.run();
  }

  private void takeStart() {
    first.bindInput(TEXT_MASK, memory.textMask(), Shape.of(texts, textTokens));
    first.bindInput(IDS, memory.tokens(), Shape.of(texts, 1));
    first.bindInput(TEXT_STATES, memory.states(), Shape.of(texts, textTokens, graphs.width()));
    first.bindOutput(LOGITS, memory.logits(), Shape.of(texts, 1, graphs.vocabulary()));
    Shape one = graphs.keyShape(texts, 1);
    for (int i = 0; i < present.length; i++) {
      first.bindOutput(present[i], cache.free(i), one);
    }
    Shape whole = graphs.keyShape(texts, textTokens);
    for (int i = 0; i < graphs.crossTensors().size(); i++) {
      first.bindOutput(PRESENT + graphs.crossTensors().get(i), cache.texts(i), whole);
    }
    first.run();
    scored = true;
  }

  @Override
  public void advance(int rowsNow, int[] parents, int[] tokens) {
    move(rowsNow, parents);
    if (length == cache.tokens()) {
      grow();
    }
    memory.putTokens(rows, tokens);
    Shape before = graphs.keyShape(rows, length);
    Shape after = graphs.keyShape(rows, length + 1);
    for (int i = 0; i < past.length; i++) {
      step.bindInput(past[i], cache.written(i), before);
      step.bindOutput(present[i], cache.free(i), after);
    }
    step.run();
    scored = shortlists == null;
    cache.stepWritten();
    length++;
  }

  /** Puts the rows in the order of the parents. */
  private void move(int rowsNow, int[] parents) {
    boolean sameRows = rowsNow == rows;
    boolean sameTexts = sameRows;
    for (int row = 0; row < rowsNow; row++) {
      sameRows &= parents[row] == row;
      nextTextOf[row] = textOf[parents[row]];
      sameTexts &= nextTextOf[row] == textOf[row];
    }
    if (sameRows) {
      return;
    }
    cache.reorder(rowsNow, parents, length);
    rows = rowsNow;
    int[] old = textOf;
    textOf = nextTextOf;
    nextTextOf = old;
    if (!sameTexts) {
      bindTexts();
    }
  }

  /** Makes room for longer answers. */
  private void grow() {
    KvCache larger = new KvCache(graphs, cache.rows(), cache.textTokens(), 2 * cache.tokens());
    larger.takeOver(cache, rows, length);
    KvCache before = cache;
    cache = larger;
    bindTexts();
    before.close();
  }

  /** Binds what a step reads of the texts, and what has a row an answer. */
  private void bindTexts() {
    boolean rowsAreTexts = rows == texts;
    for (int row = 0; row < rows; row++) {
      rowsAreTexts &= textOf[row] == row;
    }
    if (!rowsAreTexts) {
      cache.spread(rows, textOf, textTokens);
      memory.spreadMask(rows, textOf, textTokens);
    }
    Shape shape = graphs.keyShape(rows, textTokens);
    for (int i = 0; i < graphs.crossTensors().size(); i++) {
      MemorySegment keys = rowsAreTexts ? cache.texts(i) : cache.spread(i);
      step.bindInput(PAST + graphs.crossTensors().get(i), keys, shape);
    }
    step.bindInput(
        TEXT_MASK,
        rowsAreTexts ? memory.textMask() : memory.spreadMask(),
        Shape.of(rows, textTokens));
    step.bindInput(IDS, memory.tokens(), Shape.of(rows, 1));
    if (shortlists == null) {
      step.bindOutput(LOGITS, memory.logits(), Shape.of(rows, 1, graphs.vocabulary()));
    } else {
      shortlists.bind(step, rows, wanted);
    }
  }

  @Override
  public @Nullable Shortlist shortlist(int row) {
    if (shortlists == null || wanted != ScoresNeeded.BEST || length == 1) {
      return null;
    }
    return shortlists.row(row);
  }

  @Override
  public MemorySegment logits(int row) {
    if (shortlists != null && !scored) {
      shortlists.scoreAll(rows, memory.logits());
      scored = true;
    }
    return memory.logits(row);
  }

  @Override
  public void close() {
    encoder.close();
    first.close();
    step.close();
    cache.close();
    memory.close();
    if (shortlists != null) {
      shortlists.close();
    }
  }
}
