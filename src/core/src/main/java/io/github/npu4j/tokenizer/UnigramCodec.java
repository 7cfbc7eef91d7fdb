package io.github.npu4j.tokenizer;

import io.github.npu4j.tokenizer.SentencePieceModel.Piece;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * SentencePiece's unigram model in Java: the same ids, bit for bit, as SentencePiece's own library
 * gives, also where two ways to split a text are equally probable up to rounding.
 *
 * <p>The split is the most probable one by Viterbi's algorithm, over the bytes of the normalized
 * text. Scores are added and compared in {@code float}, as SentencePiece 0.2.3 does (0.2.1 compared
 * in {@code double}, which tells for the letter a forty times in a row). The text of a special
 * token, such as {@code </s>}, is a text like any other. Immutable; needs no native library.
 */
final class UnigramCodec implements TextCodec {

  /** What an unknown character costs below the worst piece; SentencePiece's kUnkPenalty. */
  private static final float UNKNOWN_PENALTY = 10;

  /** What SentencePiece takes from a user-defined piece's bonus. */
  private static final double USER_DEFINED_MALUS = 0.1;

  private static final int UNSEEN = -1;
  private static final int BYTES = 256;

  private final SentencePieceModel model;
  private final SentencePieceNormalizer normalizer;
  private final TokenTrie pieces;
  private final float[] scores;
  private final float unknownScore;
  private final int[] byteIds = new int[BYTES];
  private final byte[][] texts;
  private final OptionalInt endToken;
  private final Vocabulary vocabulary;

  UnigramCodec(SentencePieceModel model) {
    this.model = model;
    this.endToken = model.endToken();
    int size = model.size();
    byte[][] found = new byte[size][0];
    byte[][] userDefined = new byte[size][0];
    this.texts = new byte[size][0];
    this.scores = new float[size];
    float worst = Float.POSITIVE_INFINITY;
    float best = Float.NEGATIVE_INFINITY;
    for (Piece piece : model.pieces()) {
      if (piece.type() == PieceType.NORMAL) {
        worst = Math.min(worst, piece.score());
        best = Math.max(best, piece.score());
      }
    }
    this.unknownScore = worst - UNKNOWN_PENALTY;
    for (int id = 0; id < size; id++) {
      Piece piece = model.pieces().get(id);
      byte[] bytes = piece.text().getBytes(StandardCharsets.UTF_8);
      switch (piece.type()) {
        case NORMAL -> {
          found[id] = bytes;
          scores[id] = piece.score();
          texts[id] = spaced(piece.text());
        }
        case USER_DEFINED -> {
          found[id] = bytes;
          userDefined[id] = bytes;
          scores[id] = (float) (bytes.length * best - USER_DEFINED_MALUS);
          texts[id] = spaced(piece.text());
        }
        case BYTE -> {
          int value = Integer.parseInt(piece.text(), 3, 5, 16);
          byteIds[value] = id;
          texts[id] = new byte[] {(byte) value};
        }
        case UNKNOWN, CONTROL, UNUSED -> {}
      }
    }
    this.pieces = TokenTrie.of(found);
    this.normalizer = new SentencePieceNormalizer(model.normalization(), TokenTrie.of(userDefined));
    this.vocabulary = new Vocabulary(texts, endToken, model.normalization().cutsLeadingSpace());
  }

  private static byte[] spaced(String piece) {
    return piece.replace(SentencePieceModel.SPACE, " ").getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public OptionalInt declaredMaximum() {
    return OptionalInt.empty();
  }

  @Override
  public int specialTokens() {
    return endToken.isPresent() ? 1 : 0;
  }

  @Override
  public Encoding encode(String text, int maximumTokens) {
    Ids ids = new Split(normalizer.normalize(text)).run();
    int total = ids.size + specialTokens();
    long[] kept = Arrays.copyOf(ids.values, Math.min(total, maximumTokens));
    if (endToken.isPresent()) {
      kept[kept.length - 1] = endToken.getAsInt();
    }
    return new Encoding(kept, new long[0], total);
  }

  /** The most probable split of one text. */
  private final class Split {

    private final byte[] text;

    /** For each place, the last piece of the best split that ends there. */
    private final int[] piece;

    private final int[] start;
    private final float[] score;

    Split(byte[] text) {
      this.text = text;
      this.piece = new int[text.length + 1];
      this.start = new int[text.length + 1];
      this.score = new float[text.length + 1];
      Arrays.fill(start, UNSEEN);
    }

    Ids run() {
      for (int at = 0; at < text.length; at += Utf8.length(text[at])) {
        extend(at);
      }
      Ids ids = new Ids(text.length);
      for (int end = text.length; end > 0; end = start[end]) {
        prepend(ids, start[end], end);
      }
      return ids.reversed();
    }

    /** Offers each piece that begins at a place to the place where it ends. */
    private void extend(int from) {
      int character = Utf8.length(text[from]);
      boolean known = false;
      int node = 0;
      for (int end = from + 1; end <= text.length; end++) {
        node = pieces.child(node, text[end - 1]);
        if (node == TokenTrie.NONE) {
          break;
        }
        int id = pieces.token(node);
        if (id != TokenTrie.NONE) {
          offer(id, from, end, scores[id] + score[from]);
          known |= end - from == character;
        }
      }
      if (!known) {
        offer(model.unknown(), from, from + character, unknownScore + score[from]);
      }
    }

    private void offer(int id, int from, int end, float total) {
      if (start[end] == UNSEEN || total > score[end]) {
        start[end] = from;
        piece[end] = id;
        score[end] = total;
      }
    }

    /** Adds a piece to ids that are in reverse. An unknown one is its bytes, or one for all. */
    private void prepend(Ids ids, int from, int end) {
      if (piece[end] != model.unknown()) {
        ids.add(piece[end]);
      } else if (model.byteFallback()) {
        for (int i = end - 1; i >= from; i--) {
          ids.add(byteIds[Byte.toUnsignedInt(text[i])]);
        }
      } else if (!ids.endsWith(model.unknown())) {
        ids.add(model.unknown());
      }
    }
  }

  /** Ids that become more. */
  private static final class Ids {

    private final long[] values;
    private int size;

    /** Makes room for an id a byte, which is the most, and for the end token. */
    Ids(int bytes) {
      values = new long[bytes + 1];
    }

    void add(int id) {
      values[size++] = id;
    }

    boolean endsWith(int id) {
      return size > 0 && values[size - 1] == id;
    }

    Ids reversed() {
      for (int i = 0, j = size - 1; i < j; i++, j--) {
        long swapped = values[i];
        values[i] = values[j];
        values[j] = swapped;
      }
      return this;
    }
  }

  /**
   * Decodes as SentencePiece does: a leading space goes, or all of them where extra whitespace is
   * removed; bytes that make no character become U+FFFD, one each. Unlike there, an unknown piece
   * is nothing, as special tokens are.
   */
  @Override
  public String decode(long[] ids) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean atStart = true;
    boolean spaceSeen = false;
    for (long id : ids) {
      if (id >= model.size()) {
        continue;
      }
      Piece piece = model.pieces().get((int) id);
      byte[] part = texts[(int) id];
      if (piece.type() == PieceType.BYTE) {
        bytes.writeBytes(part);
        continue;
      }
      Utf8.copyReplacing(bytes.toByteArray(), text);
      bytes.reset();
      atStart &= !spaceSeen && text.size() == 0;
      boolean cut = atStart && losesSpace(piece);
      spaceSeen = cut && !model.normalization().removeExtraWhitespaces();
      text.write(part, cut ? 1 : 0, part.length - (cut ? 1 : 0));
    }
    Utf8.copyReplacing(bytes.toByteArray(), text);
    return text.toString(StandardCharsets.UTF_8);
  }

  private boolean losesSpace(Piece first) {
    return (model.normalization().dummyPrefix() || model.normalization().removeExtraWhitespaces())
        && first.text().startsWith(SentencePieceModel.SPACE)
        && (first.type() == PieceType.NORMAL || first.type() == PieceType.USER_DEFINED);
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  /** Does nothing: there is nothing to free. */
  @Override
  public void close() {}
}
