package io.github.npu4j.tokenizer.model;

import io.github.npu4j.tokenizer.pipeline.Model;
import io.github.npu4j.tokenizer.pipeline.TokenizerDefect;
import io.github.npu4j.tokenizer.pipeline.Tokens;
import io.github.npu4j.tokenizer.trie.TokenTrie;
import io.github.npu4j.tokenizer.unicode.Utf8Text;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The most probable split of a piece into tokens, by Viterbi's algorithm, with probabilities as
 * Hugging Face's library adds them: in {@code double}.
 */
public final class UnigramModel implements Model {

  /** No unknown token. */
  public static final int NONE = -1;

  /** What an unknown character costs below the worst token. */
  private static final double UNKNOWN_PENALTY = 10;

  private static final int BYTES = 256;
  private static final int UNSEEN = -1;

  private final TokenTable table;
  private final TokenTrie trie;
  private final double[] scores;
  private final double unknownScore;
  private final int unknown;
  private final boolean byteFallback;
  private final int[] byteIds = new int[BYTES];

  /**
   * Makes one.
   *
   * @param scores the logarithm of the probability of each token, by id
   * @param unknown the id of what is no token, or {@link #NONE}
   * @param byteFallback whether what is no token is written with the tokens of its bytes
   */
  public UnigramModel(TokenTable table, double[] scores, int unknown, boolean byteFallback) {
    this.table = table;
    this.scores = scores;
    this.unknown = unknown;
    this.byteFallback = byteFallback;
    byte[][] texts = new byte[scores.length][];
    double worst = Double.POSITIVE_INFINITY;
    for (int id = 0; id < texts.length; id++) {
      byte[] text = table.textOf(id);
      texts[id] = text == null ? new byte[0] : text; // the later one of two counts
      worst = Math.min(worst, scores[id]);
    }
    this.trie = TokenTrie.of(texts);
    this.unknownScore = worst - UNKNOWN_PENALTY;
    for (int value = 0; value < BYTES; value++) {
      byte[] name = ByteAlphabet.fallbackName(value);
      byteIds[value] = table.idOf(name, 0, name.length);
    }
  }

  /** For each place of a piece, the best way to get there. */
  private static final class Paths implements Scratch {

    private static final int KEPT = 1 << 16;

    double[] scores = new double[256];
    int[] starts = new int[256];
    int[] ids = new int[256];

    void reserve(int places) {
      if (scores.length < places) {
        int size = Math.max(places, 2 * scores.length);
        scores = new double[size];
        starts = new int[size];
        ids = new int[size];
      }
    }

    @Override
    public void trim() {
      if (scores.length > KEPT) {
        scores = new double[256];
        starts = new int[256];
        ids = new int[256];
      }
    }
  }

  @Override
  public Scratch newScratch() {
    return new Paths();
  }

  @Override
  public void tokenize(byte[] text, int start, int end, Tokens tokens, Scratch scratch) {
    Paths paths = (Paths) scratch;
    paths.reserve(end - start + 1);
    Arrays.fill(paths.starts, 0, end - start + 1, UNSEEN);
    paths.scores[0] = 0;
    long steps = 0;
    for (int at = start; at < end; at += Utf8Text.length(text[at])) {
      steps += extend(text, start, end, at, paths);
      Effort.check(steps, end - start);
    }
    emit(text, start, end, paths, tokens);
  }

  /** Offers each token that begins at a place to the place where it ends. */
  private int extend(byte[] text, int start, int end, int at, Paths paths) {
    double before = paths.scores[at - start];
    int character = at + Utf8Text.length(text[at]);
    boolean known = false;
    int node = 0;
    int stop = at;
    while (stop < end) {
      node = trie.child(node, text[stop++]);
      if (node == TokenTrie.NONE) {
        break;
      }
      int id = trie.token(node);
      if (id != TokenTrie.NONE) {
        offer(paths, at - start, stop - start, id, scores[id] + before);
        known |= stop == character;
      }
    }
    if (!known) {
      if (unknown == NONE) {
        offerUnknown(paths, character - start, before);
      } else {
        offer(paths, at - start, character - start, unknown, unknownScore + before);
      }
    }
    return stop - at;
  }

  private void offerUnknown(Paths paths, int to, double before) {
    if (paths.starts[to] == UNSEEN || unknownScore + before > paths.scores[to]) {
      throw new TokenizerDefect("it has no unknown token and meets what is in none");
    }
  }

  private static void offer(Paths paths, int from, int to, int id, double score) {
    if (paths.starts[to] == UNSEEN || score > paths.scores[to]) {
      paths.starts[to] = from;
      paths.ids[to] = id;
      paths.scores[to] = score;
    }
  }

  private void emit(byte[] text, int start, int end, Paths paths, Tokens tokens) {
    // Turn the links around: where each token of the best split ends.
    int[] starts = paths.starts;
    int[] ids = paths.ids;
    int at = end - start;
    int next = UNSEEN;
    int nextId = UNSEEN;
    while (at > 0) {
      int before = starts[at];
      int id = ids[at];
      starts[at] = next;
      ids[at] = nextId;
      next = at;
      nextId = id;
      at = before;
    }
    int from = 0;
    while (next != UNSEEN) {
      int to = next;
      int id = nextId;
      next = starts[to];
      nextId = ids[to];
      while (id == unknown && next != UNSEEN && nextId == unknown) {
        to = next;
        next = starts[to];
        nextId = ids[to];
      }
      if (id == unknown) {
        addUnknown(text, start + from, start + to, tokens);
      } else {
        tokens.add(id, start + from, start + to);
      }
      from = to;
    }
  }

  /** Adds unknown neighbours: what they are together, their bytes, or the unknown token. */
  private void addUnknown(byte[] text, int start, int end, Tokens tokens) {
    int id = table.idOf(text, start, end);
    if (id == TokenTable.NONE && byteFallback && hasAllBytes(text, start, end)) {
      for (int i = start; i < end; i++) {
        tokens.add(byteIds[text[i] & 0xff], start, end);
      }
      return;
    }
    tokens.add(id == TokenTable.NONE ? unknown : id, start, end);
  }

  private boolean hasAllBytes(byte[] text, int start, int end) {
    for (int i = start; i < end; i++) {
      if (byteIds[text[i] & 0xff] == TokenTable.NONE) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int size() {
    return scores.length;
  }

  @Override
  public int idLimit() {
    return scores.length;
  }

  @Override
  public int idOf(byte[] token) {
    return table.idOf(token, 0, token.length);
  }

  @Override
  public byte @Nullable [] textOf(int id) {
    return id < scores.length ? table.textOf(id) : null;
  }
}
