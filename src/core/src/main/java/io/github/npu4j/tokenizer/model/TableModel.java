package io.github.npu4j.tokenizer.model;

import io.github.npu4j.tokenizer.pipeline.Model;
import org.jspecify.annotations.Nullable;

/** A model whose vocabulary is one {@link TokenTable}. */
abstract class TableModel implements Model {

  final TokenTable table;

  TableModel(TokenTable table) {
    this.table = table;
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
