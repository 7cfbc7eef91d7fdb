package io.github.npu4j.tokenizer.normalize;

import io.github.npu4j.tokenizer.pipeline.Normalizer;
import io.github.npu4j.tokenizer.pipeline.TextBuffer;
import io.github.npu4j.tokenizer.pipeline.Workspace;
import java.util.List;

/** Several normalizers, one after the other. */
public record NormalizerSequence(List<Normalizer> parts) implements Normalizer {

  public NormalizerSequence {
    parts = List.copyOf(parts);
  }

  /** Not to be called: each part rewrites the text of the one before. */
  @Override
  public boolean normalize(TextBuffer text, TextBuffer result, Workspace workspace) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void applyTo(Workspace workspace) {
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).applyTo(workspace);
    }
  }
}
