package io.github.npu4j.tokenizer.model;

import io.github.npu4j.tokenizer.pipeline.TokenizerDefect;
import io.github.npu4j.tokenizer.pipeline.Tokens;
import io.github.npu4j.tokenizer.unicode.Utf8Text;
import java.nio.charset.StandardCharsets;

/**
 * BERT's model: from the beginning of a piece on the longest token that it goes on with, where all
 * but the first are written with a prefix. A piece that can't be told so is unknown as a whole.
 */
public final class WordPieceModel extends TableModel {

  private final String unknown;
  private final int unknownId;
  private final byte[] prefix;
  private final int prefixHash;
  private final int maximumCharacters;

  /**
   * Makes one.
   *
   * @param unknown the token of a piece that can't be told
   * @param prefix what tokens begin with that go on with a piece
   * @param maximumCharacters the longest piece that is looked at
   */
  public WordPieceModel(TokenTable table, String unknown, String prefix, int maximumCharacters) {
    super(table);
    byte[] bytes = unknown.getBytes(StandardCharsets.UTF_8);
    this.unknown = unknown;
    this.unknownId = table.idOf(bytes, 0, bytes.length);
    this.prefix = prefix.getBytes(StandardCharsets.UTF_8);
    this.prefixHash = TokenTable.hash(TokenTable.emptyHash(), this.prefix, 0, this.prefix.length);
    this.maximumCharacters = maximumCharacters;
  }

  /** The hashes of the beginnings of what is left of a piece. */
  private static final class Hashes implements Scratch {

    private static final int KEPT = 1 << 16;

    int[] values = new int[256];

    @Override
    public void trim() {
      if (values.length > KEPT) {
        values = new int[256];
      }
    }
  }

  @Override
  public Scratch newScratch() {
    return new Hashes();
  }

  @Override
  public void tokenize(byte[] text, int start, int end, Tokens tokens, Scratch scratch) {
    if (end - start > maximumCharacters && Utf8Text.count(text, start, end) > maximumCharacters) {
      addUnknown(start, end, tokens);
      return;
    }
    Hashes hashes = (Hashes) scratch;
    if (hashes.values.length < end - start) {
      hashes.values = new int[Math.max(end - start, 2 * hashes.values.length)];
    }
    int before = tokens.count();
    long steps = 0;
    int at = start;
    while (at < end) {
      int limit = Math.min(end, at + table.longest());
      int hash = at == start ? TokenTable.emptyHash() : prefixHash;
      for (int i = at; i < limit; i++) {
        hash = TokenTable.hash(hash, text[i]);
        hashes.values[i - at] = hash;
      }
      steps += limit - at;
      Effort.check(steps, end - start);
      int id = TokenTable.NONE;
      int stop = limit;
      while (stop > at) {
        if (stop == end || Utf8Text.isBoundary(text, stop)) {
          hash = hashes.values[stop - at - 1];
          id =
              at == start
                  ? table.idOf(hash, text, at, stop)
                  : table.idOf(hash, prefix, text, at, stop);
          if (id != TokenTable.NONE) {
            break;
          }
        }
        stop--;
      }
      if (id == TokenTable.NONE) {
        tokens.cut(before);
        addUnknown(start, end, tokens);
        return;
      }
      tokens.add(id, at, stop);
      at = stop;
    }
  }

  private void addUnknown(int start, int end, Tokens tokens) {
    if (unknownId == TokenTable.NONE) {
      throw new TokenizerDefect("its vocabulary lacks its unknown token " + unknown);
    }
    tokens.add(unknownId, start, end);
  }
}
