package io.github.npu4j.tokenizer.model;

import io.github.npu4j.tokenizer.pipeline.TokenizerDefect;
import io.github.npu4j.tokenizer.pipeline.Tokens;
import java.nio.charset.StandardCharsets;

/** Takes a piece for one token. */
public final class WordLevelModel extends TableModel {

  private final String unknown;
  private final int unknownId;

  /**
   * Makes one.
   *
   * @param unknown the token of a piece that is none
   */
  public WordLevelModel(TokenTable table, String unknown) {
    super(table);
    byte[] bytes = unknown.getBytes(StandardCharsets.UTF_8);
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
}
