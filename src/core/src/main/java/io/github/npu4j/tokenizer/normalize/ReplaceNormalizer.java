package io.github.npu4j.tokenizer.normalize;

import io.github.npu4j.tokenizer.pattern.MatchScratch;
import io.github.npu4j.tokenizer.pattern.TextPattern;
import io.github.npu4j.tokenizer.pipeline.Normalizer;
import io.github.npu4j.tokenizer.pipeline.TextBuffer;
import io.github.npu4j.tokenizer.pipeline.Workspace;
import io.github.npu4j.tokenizer.pretokenize.Matches;
import java.nio.charset.StandardCharsets;

/** Puts a text in place of each match of a pattern. */
public final class ReplaceNormalizer implements Normalizer {

  private final TextPattern pattern;
  private final byte[] content;

  public ReplaceNormalizer(TextPattern pattern, String content) {
    this.pattern = pattern;
    this.content = content.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public boolean normalize(TextBuffer text, TextBuffer result, Workspace workspace) {
    MatchScratch scratch = workspace.matchScratch();
    byte[] bytes = text.bytes();
    int length = text.length();
    pattern.begin(scratch);
    int copied = 0;
    long match = Matches.next(pattern, bytes, 0, length, 0, Matches.NONE, scratch);
    if (match == TextPattern.NONE) {
      return false;
    }
    while (match != TextPattern.NONE) {
      int start = TextPattern.start(match);
      int end = TextPattern.end(match);
      result.append(text, copied, start);
      result.append(content, text, end - 1);
      copied = end;
      match = Matches.next(pattern, bytes, 0, length, end, end, scratch);
    }
    result.append(text, copied, length);
    return true;
  }
}
