package io.github.npu4j.tokenizer.sentencepiece;

import io.github.npu4j.tokenizer.codec.TextCodec;
import io.github.npu4j.tokenizer.codec.TokenIds;
import io.github.npu4j.tokenizer.codec.TokenTexts;
import io.github.npu4j.tokenizer.sentencepiece.SentencePieceModel.Piece;
import io.github.npu4j.tokenizer.trie.TokenTrie;
import io.github.npu4j.tokenizer.unicode.Utf8Repair;
import io.github.npu4j.tokenizer.unicode.Utf8Text;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * SentencePiece's models in Java: the same ids, bit for bit, as SentencePiece's own library gives,
 * also where two ways to split a text are equally probable up to rounding.
 *
 * <p>A unigram model's split is the most probable one by Viterbi's algorithm, over the bytes of the
 * normalized text. Scores are added and compared in {@code float}, as SentencePiece 0.2.3 does
 * (0.2.1 compared in {@code double}, which tells for the letter a forty times in a row). The text
 * of a special token, such as {@code </s>}, is a text like any other. Immutable; needs no native
 * library.
 */
public final class SentencePieceCodec implements TextCodec {

  /** What an unknown character costs below the worst piece; SentencePiece's kUnkPenalty. */
  private static final float UNKNOWN_PENALTY = 10;

  /** What SentencePiece takes from a user-defined piece's bonus. */
  private static final double USER_DEFINED_MALUS = 0.1;

  private static final int UNSEEN = -1;
  private static final int BYTES = 256;

  private final SentencePieceModel model;
  private final SentencePieceNormalizer normalizer;
  private final TokenTrie pieces;
  private final TokenTrie userDefinedPieces;
  private final float[] scores;
  private final float unknownScore;
  private final int[] byteIds = new int[BYTES];
  private final byte[][] texts;
  private final OptionalInt endToken;
  private final TokenTexts vocabulary;

  public SentencePieceCodec(SentencePieceModel model) {
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
    this.userDefinedPieces = TokenTrie.of(userDefined);
    this.normalizer = new SentencePieceNormalizer(model.normalization(), userDefinedPieces);
    this.vocabulary = new TokenTexts(texts, endToken, model.normalization().cutsLeadingSpace());
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
  public TokenIds encode(String text, int maximumTokens) {
    Ids ids = split(text);
    int total = ids.size + specialTokens();
    long[] kept = Arrays.copyOf(ids.values, Math.min(total, maximumTokens));
    if (endToken.isPresent()) {
      kept[kept.length - 1] = endToken.getAsInt();
    }
    return new TokenIds(kept, new long[0], total);
  }

  /** Returns the ids of a text's pieces, without a special token. */
  public long[] pieces(String text) {
    Ids ids = split(text);
    return Arrays.copyOf(ids.values, ids.size);
  }

  private Ids split(String text) {
    byte[] normalized = normalizer.normalize(Utf8Repair.withoutLoneSurrogates(text));
    return model.mergesPairs() ? mergePairs(normalized) : new Split(normalized).run();
  }

  private Ids mergePairs(byte[] text) {
    Ids ids = new Ids(text.length);
    new PairMerger(pieces, userDefinedPieces, scores, text)
        .run((start, end, piece) -> {
          if (piece != TokenTrie.NONE) {
            ids.add(piece);
          } else if (model.byteFallback()) {
            for (int i = start; i < end; i++) {
              ids.add(byteIds[Byte.toUnsignedInt(text[i])]);
            }
          } else if (!ids.endsWith(model.unknown())) {
            ids.add(model.unknown());
          }
        });
    return ids;
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
      for (int at = 0; at < text.length; at += Utf8Text.length(text[at])) {
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
      int character = Utf8Text.length(text[from]);
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
      Utf8Repair.copyReplacing(bytes.toByteArray(), text);
      bytes.reset();
      atStart &= !spaceSeen && text.size() == 0;
      boolean cut = atStart && losesSpace(piece);
      spaceSeen = cut && !model.normalization().removeExtraWhitespaces();
      text.write(part, cut ? 1 : 0, part.length - (cut ? 1 : 0));
    }
    Utf8Repair.copyReplacing(bytes.toByteArray(), text);
    return text.toString(StandardCharsets.UTF_8);
  }

  private boolean losesSpace(Piece first) {
    return (model.normalization().dummyPrefix() || model.normalization().removeExtraWhitespaces())
        && first.text().startsWith(SentencePieceModel.SPACE)
        && (first.type() == PieceType.NORMAL || first.type() == PieceType.USER_DEFINED);
  }

  @Override
  public String piece(int id) {
    return id < model.size() ? model.pieces().get(id).text() : "";
  }

  @Override
  public TokenTexts texts() {
    return vocabulary;
  }

  /** Does nothing: there is nothing to free. */
  @Override
  public void close() {}
}
