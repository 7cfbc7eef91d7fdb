package io.github.npu4j.tokenizer.normalize;

import io.github.npu4j.tokenizer.pipeline.Normalizer;
import io.github.npu4j.tokenizer.pipeline.TextBuffer;
import io.github.npu4j.tokenizer.pipeline.Workspace;
import java.nio.charset.StandardCharsets;

/** Puts something in front of a text. */
public final class PrependNormalizer implements Normalizer {

  private final byte[] prefix;

  public PrependNormalizer(String prefix) {
    this.prefix = prefix.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public boolean normalize(TextBuffer text, TextBuffer result, Workspace workspace) {
    result.append(prefix, text, 0);
    result.append(text, 0, text.length());
    return true;
  }
}
