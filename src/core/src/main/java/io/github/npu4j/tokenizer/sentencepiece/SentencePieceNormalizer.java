package io.github.npu4j.tokenizer.sentencepiece;

import io.github.npu4j.tokenizer.normalize.Charsmap;
import io.github.npu4j.tokenizer.sentencepiece.SentencePieceModel.Normalization;
import io.github.npu4j.tokenizer.trie.TokenTrie;
import io.github.npu4j.tokenizer.unicode.Utf8Text;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites a text as SentencePiece does before it looks for pieces: characters by the rules of the
 * {@link Charsmap}, whitespace by the model's flags. Immutable.
 */
final class SentencePieceNormalizer {

  private static final byte[] SPACE = SentencePieceModel.SPACE.getBytes(StandardCharsets.UTF_8);
  private static final byte[] PLAIN_SPACE = {' '};

  private final Normalization rules;
  private final @Nullable Charsmap charsmap;
  private final TokenTrie verbatim;
  private final byte[] space;

  /**
   * Makes one for a model's rules.
   *
   * @param verbatim texts that stay as they are: the model's user-defined pieces
   */
  SentencePieceNormalizer(Normalization rules, TokenTrie verbatim) {
    this.rules = rules;
    this.charsmap = rules.charsmap() == null ? null : Charsmap.read(rules.charsmap());
    this.verbatim = verbatim;
    this.space = rules.escapeWhitespaces() ? SPACE : PLAIN_SPACE;
  }

  /** Returns the text to look for pieces in, in UTF-8. */
  byte[] normalize(String text) {
    return new Pass(text.getBytes(StandardCharsets.UTF_8)).run();
  }

  /** One walk over a text; a part of it is what one rule replaces, or one character. */
  private final class Pass {

    private final byte[] text;
    private final ByteArrayOutputStream result;
    private byte[] part = PLAIN_SPACE;
    private int partStart;
    private int partEnd;

    Pass(byte[] text) {
      this.text = text;
      this.result = new ByteArrayOutputStream(text.length + text.length / 2 + 8);
    }

    byte[] run() {
      int at = rules.removeExtraWhitespaces() ? endOfLeadingSpaces() : 0;
      if (at >= text.length) {
        return new byte[0];
      }
      if (rules.dummyPrefix()) {
        result.writeBytes(space);
      }
      boolean afterSpace = rules.removeExtraWhitespaces();
      while (at < text.length) {
        at += readPart(at);
        int from = partStart;
        while (afterSpace && from < partEnd && part[from] == ' ') {
          from++;
        }
        if (from < partEnd) {
          write(from);
          afterSpace = rules.removeExtraWhitespaces() && part[partEnd - 1] == ' ';
        }
      }
      return rules.removeExtraWhitespaces() ? withoutTrailingSpace() : result.toByteArray();
    }

    private int endOfLeadingSpaces() {
      int at = 0;
      while (at < text.length) {
        int length = readPart(at);
        if (partEnd - partStart != 1 || part[partStart] != ' ') {
          break;
        }
        at += length;
      }
      return at;
    }

    /** Puts the part that begins at a place into the fields, and returns its length in the text. */
    private int readPart(int at) {
      int kept = verbatimLength(at);
      if (kept > 0) {
        return take(text, at, at + kept, kept);
      }
      long rule = charsmap == null ? Charsmap.NONE : charsmap.longest(text, at);
      if (charsmap != null && rule != Charsmap.NONE) {
        byte[] replacements = charsmap.replacements();
        int end = (int) rule;
        while (replacements[end] != 0) {
          end++;
        }
        return take(replacements, (int) rule, end, (int) (rule >>> 32));
      }
      int length = Utf8Text.length(text[at]);
      return take(text, at, at + length, length);
    }

    private int take(byte[] source, int from, int to, int length) {
      part = source;
      partStart = from;
      partEnd = to;
      return length;
    }

    private int verbatimLength(int at) {
      int longest = 0;
      int node = verbatim.child(0, text[at]);
      for (int end = at + 1; node != TokenTrie.NONE; end++) {
        if (verbatim.token(node) != TokenTrie.NONE) {
          longest = end - at;
        }
        node = end < text.length ? verbatim.child(node, text[end]) : TokenTrie.NONE;
      }
      return longest;
    }

    private void write(int from) {
      for (int i = from; i < partEnd; i++) {
        if (part[i] == ' ') {
          result.writeBytes(space);
        } else {
          result.write(part[i]);
        }
      }
    }

    private byte[] withoutTrailingSpace() {
      byte[] all = result.toByteArray();
      int end = all.length;
      while (end >= space.length && endsWithSpace(all, end)) {
        end -= space.length;
      }
      return end == all.length ? all : Arrays.copyOf(all, end);
    }

    private boolean endsWithSpace(byte[] all, int end) {
      return Arrays.equals(all, end - space.length, end, space, 0, space.length);
    }
  }
}
