package io.github.npu4j.tokenizer.legacy;

import io.github.npu4j.tokenizer.codec.TextCodec;
import io.github.npu4j.tokenizer.codec.TokenIds;
import io.github.npu4j.tokenizer.codec.TokenTexts;
import io.github.npu4j.tokenizer.pipeline.AddedTokens;
import io.github.npu4j.tokenizer.pipeline.AddedTokens.Spans;
import io.github.npu4j.tokenizer.sentencepiece.SentencePieceCodec;
import io.github.npu4j.tokenizer.sentencepiece.SentencePieceModel;
import io.github.npu4j.tokenizer.unicode.Utf8Repair;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A SentencePiece model with the tokens that were added to it, as transformers' slow tokenizers
 * (T5, Llama) have them: what the files beside the model tell. Text between added tokens is
 * SentencePiece's own business, piece by piece.
 */
public final class SlowTokenizer implements TextCodec {

  private static final int NONE = -1;
  private static final String SPACE = "\u2581";

  private final SentencePieceCodec pieces;
  private final AddedTokens added;
  private final SlowSettings settings;
  private final Map<Integer, byte[]> addedTexts = new HashMap<>();
  private final int start;
  private final int end;
  private final int unknownLength;
  private final int lonelySpace;

  private SlowTokenizer(SentencePieceModel model, SlowSettings settings) {
    this.settings = settings;
    this.pieces = new SentencePieceCodec(settings.legacy() ? model : model.withoutDummyPrefix());
    this.added = new AddedTokens(settings.tokens());
    for (AddedTokens.Token token : settings.tokens()) {
      addedTexts.put(token.id(), token.text());
    }
    this.start = settings.addStart() ? model.control("<s>").orElse(NONE) : NONE;
    this.end = settings.addEnd() ? model.control("</s>").orElse(NONE) : NONE;
    this.lonelySpace = model.idOf(SPACE);
    this.unknownLength = settings.legacy() ? 0 : pieces.pieces(settings.unknown()).length;
  }

  /**
   * Opens a model; if no file beside it tells of more, it is SentencePiece's alone.
   *
   * @throws io.github.npu4j.error.ModelMissingException if there is none
   * @throws io.github.npu4j.error.BadModelException if it or a file beside it can't be used
   */
  public static TextCodec open(Path file) {
    SentencePieceModel model = SentencePieceModel.read(file);
    SlowSettings settings = SlowSettings.beside(file, model);
    return settings == null ? new SentencePieceCodec(model) : new SlowTokenizer(model, settings);
  }

  @Override
  public OptionalInt declaredMaximum() {
    return OptionalInt.empty();
  }

  @Override
  public int specialTokens() {
    return (start == NONE ? 0 : 1) + (end == NONE ? 0 : 1);
  }

  @Override
  public TokenIds encode(String anyText, int maximumTokens) {
    String text = Utf8Repair.withoutLoneSurrogates(anyText);
    Ids ids = new Ids();
    if (start != NONE) {
      ids.add(start);
    }
    byte[] bytes = settings.prepared(text).getBytes(StandardCharsets.UTF_8);
    Spans spans = new Spans();
    added.find(bytes, bytes.length, spans);
    for (int i = 0; i < spans.count(); i++) {
      if (spans.isText(i)) {
        segment(
            new String(
                bytes, spans.start(i), spans.end(i) - spans.start(i), StandardCharsets.UTF_8),
            ids);
        if (i == 0 && isLoneSpace(ids, spans)) {
          ids.size--;
        }
      } else {
        ids.add(spans.id(i));
      }
    }
    int total = ids.size + (end == NONE ? 0 : 1);
    long[] kept = Arrays.copyOf(ids.values, Math.min(total, maximumTokens));
    if (end != NONE) {
      kept[kept.length - 1] = end;
    }
    return new TokenIds(kept, new long[0], total);
  }

  /** Returns whether nothing but the space in front of the text stands before a special token. */
  private boolean isLoneSpace(Ids ids, Spans spans) {
    return !settings.legacy()
        && ids.size > 0
        && ids.values[ids.size - 1] == lonelySpace
        && ids.size == (start == NONE ? 1 : 2)
        && spans.count() > 1
        && !spans.isText(1)
        && settings.isSpecial(spans.id(1));
  }

  /** Adds the pieces of what stands between added tokens. */
  private void segment(String text, Ids ids) {
    if (settings.legacy() || !text.startsWith(SPACE) && !text.startsWith(" ")) {
      ids.add(pieces.pieces(text), 0);
      return;
    }
    // A word in front keeps SentencePiece from taking the spaces away.
    long[] all = pieces.pieces(settings.unknown() + text);
    ids.add(all, all.length >= unknownLength ? unknownLength : 0);
  }

  /** Ids that become more. */
  private static final class Ids {

    private long[] values = new long[64];
    private int size;

    void add(int id) {
      add(new long[] {id}, 0);
    }

    void add(long[] more, int from) {
      int count = more.length - from;
      if (size + count > values.length) {
        values = Arrays.copyOf(values, Math.max(size + count, 2 * values.length));
      }
      System.arraycopy(more, from, values, size, count);
      size += count;
    }
  }

  /** Decodes text between added tokens as SentencePiece does; special tokens are left out. */
  @Override
  public String decode(long[] ids) {
    StringBuilder text = new StringBuilder();
    int from = 0;
    for (int i = 0; i < ids.length; i++) {
      byte[] token = addedTexts.get((int) ids[i]);
      if (token != null) {
        text.append(pieces.decode(Arrays.copyOfRange(ids, from, i)));
        if (!settings.isSpecial((int) ids[i])) {
          text.append(text.isEmpty() ? "" : " ");
          text.append(new String(token, StandardCharsets.UTF_8)).append(' ');
        }
        from = i + 1;
      }
    }
    text.append(pieces.decode(Arrays.copyOfRange(ids, from, ids.length)));
    return text.toString().strip();
  }

  @Override
  public String piece(int id) {
    byte[] token = addedTexts.get(id);
    return token == null ? pieces.piece(id) : new String(token, StandardCharsets.UTF_8);
  }

  @Override
  public TokenTexts texts() {
    TokenTexts own = pieces.texts();
    int size = own.texts().length;
    for (int id : addedTexts.keySet()) {
      size = Math.max(size, id + 1);
    }
    byte[][] texts = Arrays.copyOf(own.texts(), size);
    for (int id = 0; id < size; id++) {
      byte[] token = addedTexts.get(id);
      if (token != null) {
        texts[id] = settings.isSpecial(id) ? new byte[0] : token;
      } else if (texts[id] == null) {
        texts[id] = new byte[0];
      }
    }
    return new TokenTexts(
        texts, end == NONE ? OptionalInt.empty() : OptionalInt.of(end), own.leadingSpace());
  }

  /** Does nothing: there is nothing to free. */
  @Override
  public void close() {}
}
