package io.github.npu4j.tokenizer.json;

import io.github.npu4j.tokenizer.codec.TokenIds;
import io.github.npu4j.tokenizer.codec.TokenOffsets;
import io.github.npu4j.tokenizer.pipeline.Pipeline;
import io.github.npu4j.tokenizer.pipeline.Tokens;
import io.github.npu4j.tokenizer.pipeline.Workspace;
import io.github.npu4j.tokenizer.postprocess.PostProcessing;
import io.github.npu4j.tokenizer.postprocess.Template;
import io.github.npu4j.tokenizer.unicode.CharacterTraits;
import io.github.npu4j.tokenizer.unicode.Utf8Text;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Tells where tokens come from, in Unicode's characters, as Hugging Face's library does.
 *
 * <p>Reads what encoding has left in the workspace, so it belongs to the encoding that was made
 * last, and to its thread.
 */
final class OffsetReader {

  private final Pipeline pipeline;
  private final PostProcessing processing;
  private final Workspace workspace;
  private final Tokens tokens;

  OffsetReader(Pipeline pipeline, PostProcessing processing, Workspace workspace, Tokens tokens) {
    this.pipeline = pipeline;
    this.processing = processing;
    this.workspace = workspace;
    this.tokens = tokens;
  }

  /**
   * Returns the offsets of the tokens of one text.
   *
   * @param template where the text's tokens stand among the special ones, which come from nowhere
   * @param kept how many of the text's tokens are left after it was cut
   */
  TokenOffsets offsets(String text, TokenIds ids, Template template, int kept) {
    int[] characters = characters();
    int[] starts = new int[ids.ids().length];
    int[] ends = new int[ids.ids().length];
    Arrays.fill(starts, TokenOffsets.NOWHERE);
    Arrays.fill(ends, TokenOffsets.NOWHERE);
    int at = 0;
    for (int part = 0; part < template.size(); part++) {
      if (template.id(part) != Template.FIRST) {
        at++;
        continue;
      }
      for (int token = 0; token < kept; token++) {
        starts[at] = characters[tokens.from(token)];
        ends[at] = characters[tokens.to(token)];
        if (processing.trimOffsets()) {
          trim(token, starts, ends, at);
        }
        at++;
      }
    }
    return new TokenOffsets(ids, starts, ends);
  }

  /** Returns for each byte of the original text how many characters begin before it. */
  private int[] characters() {
    byte[] bytes = workspace.original().bytes();
    int length = workspace.original().length();
    int[] characters = new int[length + 1];
    int count = 0;
    for (int i = 0; i < length; i++) {
      count += i > 0 && Utf8Text.isBoundary(bytes, i) ? 1 : 0;
      characters[i] = count;
    }
    characters[length] = length == 0 ? 0 : count + 1;
    return characters;
  }

  /** Leaves out whitespace at both ends, but for one space that was put there. */
  private void trim(int token, int[] starts, int[] ends, int at) {
    String text = text(token);
    int leading = leading(text);
    int trailing = trailing(text);
    // The arithmetic is that of process_offsets in Hugging Face's byte_level.rs, oddities included.
    if (leading > 0) {
      boolean first = token == 0 || starts[at] == 0;
      if (first && processing.addedPrefixSpace() && leading == 1) {
        leading = 0;
      }
      starts[at] = Math.min(starts[at] + leading, ends[at]);
    }
    if (trailing > 0 && ends[at] >= trailing) {
      ends[at] = Math.max(ends[at] - trailing, starts[at]);
    }
  }

  /** Returns what a token stands for: of one that was added the text itself, else its name. */
  private String text(int token) {
    if (tokens.isAdded(token)) {
      byte[] bytes = workspace.original().bytes();
      int from = tokens.from(token);
      return new String(bytes, from, tokens.to(token) - from, StandardCharsets.UTF_8);
    }
    String text = pipeline.textOf(tokens.id(token));
    return text == null ? "" : text;
  }

  /** U+0120 is how the alphabet of bytes writes a space. */
  private static boolean isSpace(int character) {
    return character == 0x120 || CharacterTraits.has(character, CharacterTraits.SPACE);
  }

  private static int leading(String text) {
    int count = 0;
    while (count < text.length() && isSpace(text.charAt(count))) {
      count++;
    }
    return count;
  }

  private static int trailing(String text) {
    int count = 0;
    while (count < text.length() && isSpace(text.charAt(text.length() - 1 - count))) {
      count++;
    }
    return count;
  }
}
