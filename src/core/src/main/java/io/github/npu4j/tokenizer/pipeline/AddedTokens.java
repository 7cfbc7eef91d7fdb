package io.github.npu4j.tokenizer.pipeline;

import io.github.npu4j.tokenizer.trie.TokenTrie;
import io.github.npu4j.tokenizer.unicode.CharacterTraits;
import io.github.npu4j.tokenizer.unicode.Utf8Text;
import java.util.Arrays;
import java.util.List;

/**
 * Tokens that are found in a text as they are, before a model sees the rest: the first that begins,
 * and of several the longest. Immutable.
 */
public final class AddedTokens {

  /** No token: text between them. */
  static final int TEXT = -1;

  /** None at all. */
  public static final AddedTokens NONE = new AddedTokens(List.of());

  private static final int MOST_BYTES = 1024;

  private final Token[] tokens;
  private final TokenTrie trie;
  private final boolean[] begins = new boolean[256];

  /**
   * A token.
   *
   * @param text what is looked for, in UTF-8
   * @param singleWord whether it must not be a part of a word
   * @param stripLeft whether whitespace before it belongs to it
   * @param stripRight whether whitespace behind it does
   */
  public record Token(
      byte[] text, int id, boolean singleWord, boolean stripLeft, boolean stripRight) {}

  /**
   * Makes them; the first of several with the same text counts.
   *
   * @throws TokenizerDefect if one is empty or very long
   */
  public AddedTokens(List<Token> all) {
    tokens = all.toArray(new Token[0]);
    byte[][] texts = new byte[tokens.length][];
    for (int i = 0; i < tokens.length; i++) {
      byte[] text = tokens[i].text();
      if (text.length == 0) {
        throw new TokenizerDefect("its normalizer leaves nothing of a token of its own");
      }
      if (text.length > MOST_BYTES) {
        throw new TokenizerDefect("it adds a token of " + text.length + " bytes");
      }
      texts[i] = text;
      begins[text[0] & 0xff] = true;
    }
    trie = TokenTrie.of(texts);
  }

  boolean isEmpty() {
    return tokens.length == 0;
  }

  /** Where the tokens are in a text, and the text between them. */
  public static final class Spans {

    private static final int KEPT = 1 << 16;

    int[] starts = new int[16];
    int[] ends = new int[16];
    int[] ids = new int[16];
    int count;

    public int count() {
      return count;
    }

    public int start(int span) {
      return starts[span];
    }

    public int end(int span) {
      return ends[span];
    }

    public int id(int span) {
      return ids[span];
    }

    /** Returns whether a span is text between tokens. */
    public boolean isText(int span) {
      return ids[span] == TEXT;
    }

    void add(int start, int end, int id) {
      if (count == starts.length) {
        starts = Arrays.copyOf(starts, 2 * count);
        ends = Arrays.copyOf(ends, 2 * count);
        ids = Arrays.copyOf(ids, 2 * count);
      }
      starts[count] = start;
      ends[count] = end;
      ids[count++] = id;
    }

    void trim() {
      if (starts.length > KEPT) {
        starts = new int[16];
        ends = new int[16];
        ids = new int[16];
      }
    }
  }

  /** Finds all tokens in a text. */
  public void find(byte[] text, int length, Spans spans) {
    spans.count = 0;
    if (isEmpty()) {
      if (length > 0) {
        spans.add(0, length, TEXT);
      }
      return;
    }
    int from = 0;
    int spaceEnd = 0;
    int at = 0;
    while (at < length) {
      if (!begins[text[at] & 0xff]) {
        at++;
        continue;
      }
      long match = longest(text, at, length);
      if (match < 0) {
        at++;
        continue;
      }
      Token token = tokens[(int) match];
      int start = at;
      int stop = (int) (match >>> 32);
      at = stop;
      if (token.singleWord() && !isSingle(text, length, start, stop)) {
        continue;
      }
      if (token.stripLeft()) {
        while (start > from && isSpace(text, Utf8Text.previous(text, start))) {
          start = Utf8Text.previous(text, start);
        }
      }
      if (token.stripRight()) {
        spaceEnd = Math.max(spaceEnd, stop);
        while (spaceEnd < length && isSpace(text, spaceEnd)) {
          spaceEnd += Utf8Text.length(text[spaceEnd]);
        }
        stop = spaceEnd;
      }
      if (from < start) {
        spans.add(from, start, TEXT);
      }
      spans.add(start, stop, token.id());
      from = stop;
    }
    if (from < length) {
      spans.add(from, length, TEXT);
    }
  }

  /** Returns where the longest token ends in the upper half, and its number in the lower; or -1. */
  private long longest(byte[] text, int start, int length) {
    long found = -1;
    int node = 0;
    for (int at = start; at < length; at++) {
      node = trie.child(node, text[at]);
      if (node == TokenTrie.NONE) {
        break;
      }
      int token = trie.token(node);
      if (token != TokenTrie.NONE) {
        found = (long) (at + 1) << 32 | first(token);
      }
    }
    return found;
  }

  private int first(int token) {
    int first = token;
    for (int same = trie.next(token); same != TokenTrie.NONE; same = trie.next(same)) {
      first = Math.min(first, same);
    }
    return first;
  }

  private static boolean isSingle(byte[] text, int length, int start, int stop) {
    return (start == 0 || !has(text, Utf8Text.previous(text, start), CharacterTraits.WORD))
        && (stop == length || !has(text, stop, CharacterTraits.WORD));
  }

  private static boolean isSpace(byte[] text, int at) {
    return has(text, at, CharacterTraits.SPACE);
  }

  private static boolean has(byte[] text, int at, int traits) {
    return CharacterTraits.has(Utf8Text.codePoint(text, at), traits);
  }
}
