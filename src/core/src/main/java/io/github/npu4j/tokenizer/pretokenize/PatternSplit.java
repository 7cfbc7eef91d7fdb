package io.github.npu4j.tokenizer.pretokenize;

import io.github.npu4j.tokenizer.pattern.MatchScratch;
import io.github.npu4j.tokenizer.pattern.TextPattern;
import io.github.npu4j.tokenizer.pipeline.Behavior;
import io.github.npu4j.tokenizer.pipeline.Pieces;
import io.github.npu4j.tokenizer.pipeline.PreTokenizer;

/**
 * Cuts at the matches of a pattern.
 *
 * @param inverted whether what is between the matches is taken for the matches
 */
public record PatternSplit(TextPattern pattern, Behavior behavior, boolean inverted)
    implements PreTokenizer {

  @Override
  public void cut(Pieces pieces) {
    byte[] text = pieces.text().bytes();
    MatchScratch scratch = pieces.workspace().matchScratch();
    for (int i = 0; i < pieces.count(); i++) {
      int start = pieces.start(i);
      int end = pieces.end(i);
      int last = start;
      pieces.begin();
      pattern.begin(scratch);
      long match = Matches.next(pattern, text, start, end, start, Matches.NONE, scratch);
      while (match != TextPattern.NONE) {
        int from = TextPattern.start(match);
        int to = TextPattern.end(match);
        if (last != from) {
          pieces.part(behavior, last, from, inverted);
        }
        pieces.part(behavior, from, to, !inverted);
        last = to;
        match = Matches.next(pattern, text, start, end, to, to, scratch);
      }
      if (last != end) {
        pieces.part(behavior, last, end, inverted);
      }
    }
    pieces.commit();
  }
}
