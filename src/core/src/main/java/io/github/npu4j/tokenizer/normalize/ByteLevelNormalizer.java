package io.github.npu4j.tokenizer.normalize;

import io.github.npu4j.tokenizer.model.ByteAlphabet;
import io.github.npu4j.tokenizer.pipeline.Normalizer;
import io.github.npu4j.tokenizer.pipeline.TextBuffer;
import io.github.npu4j.tokenizer.pipeline.Workspace;

/** Writes each byte with the alphabet of bytes. */
public final class ByteLevelNormalizer implements Normalizer {

  @Override
  public boolean normalize(TextBuffer text, TextBuffer result, Workspace workspace) {
    byte[] bytes = text.bytes();
    for (int at = 0; at < text.length(); at++) {
      result.append(ByteAlphabet.character(bytes[at]), text, at);
    }
    return true;
  }
}
