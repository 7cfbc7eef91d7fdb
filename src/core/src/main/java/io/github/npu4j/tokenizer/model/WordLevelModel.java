package io.github.npu4j.tokenizer.model;

import io.github.npu4j.tokenizer.pipeline.Model;
import io.github.npu4j.tokenizer.pipeline.TokenizerDefect;
import io.github.npu4j.tokenizer.pipeline.Tokens;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Takes a piece for one token. */
public final class WordLevelModel implements Model {

  private final TokenTable table;
  private final String unknown;
  private final int unknownId;

  /**
   * Makes one.
   *
   * @param unknown the token of a piece that is none
   */
  public WordLevelModel(TokenTable table, String unknown) {
    byte[] bytes = unknown.getBytes(StandardCharsets.UTF_8);
    this.table = table;
    this.unknown = unknown;
    this.unknownId = table.idOf(bytes, 0, bytes.length);
  }

  @Override
  public void tokenize(byte[] text, int start, int end, Tokens tokens, Scratch scratch) {
    int id = table.idOf(text, start, end);
    if (id == TokenTable.NONE && unknownId == TokenTable.NONE) {
      throw new TokenizerDefect("its vocabulary lacks its unknown token " + unknown);
    }
    tokens.add(id == TokenTable.NONE ? unknownId : id, start, end);
  }

  @Override
  public int size() {
    return table.size();
  }

  @Override
  public int idLimit() {
    return table.idLimit();
  }

  @Override
  public int idOf(byte[] token) {
    return table.idOf(token, 0, token.length);
  }

  @Override
  public byte @Nullable [] textOf(int id) {
    return table.textOf(id);
  }
}
