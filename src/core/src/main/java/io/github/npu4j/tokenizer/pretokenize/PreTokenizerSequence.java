package io.github.npu4j.tokenizer.pretokenize;

import io.github.npu4j.tokenizer.pipeline.Pieces;
import io.github.npu4j.tokenizer.pipeline.PreTokenizer;
import java.util.List;

/** Several pre-tokenizers, one after the other. */
public record PreTokenizerSequence(List<PreTokenizer> parts) implements PreTokenizer {

  public PreTokenizerSequence {
    parts = List.copyOf(parts);
  }

  @Override
  public void cut(Pieces pieces) {
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).cut(pieces);
    }
  }

  @Override
  public boolean asksForOrigin() {
    return parts.stream().anyMatch(PreTokenizer::asksForOrigin);
  }
}
