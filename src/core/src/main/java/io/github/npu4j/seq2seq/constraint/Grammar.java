package io.github.npu4j.seq2seq.constraint;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.tokenizer.Vocabulary;
import io.github.npu4j.tokenizer.trie.TokenTrie;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the texts of an expression in the tokens of a vocabulary: which tokens may come
 * in which state, found on first use and then kept. May be shared by threads.
 *
 * <p>A token is many bytes, and may begin in one part of a text and end in another. The tokens of a
 * state are found by walking the tree of all tokens and the expression together, so that a byte
 * which may not come leaves out all tokens that begin with it.
 */
final class Grammar {

  /** States that are kept; a state is some kilobytes, and is found again if it is dropped. */
  private static final int MOST_STATES = 4096;

  private static final int BYTE_VALUES = 256;

  private final Vocabulary vocabulary;
  private final TokenTrie trie;
  private final int endToken;
  private final int longest;
  private final Map<Expression, State> states = new ConcurrentHashMap<>();

  /**
   * Makes one.
   *
   * @throws BadInputException if the vocabulary has no token that ends a text
   */
  Grammar(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    this.trie = vocabulary.trie();
    this.endToken =
        vocabulary
            .endToken()
            .orElseThrow(() ->
                new BadInputException(
                    "can't hold answers to anything",
                    "the tokenizer has no token that ends a text",
                    "Use a tokenizer with </s>."));
    int length = 0;
    for (int id = 0; id < vocabulary.size(); id++) {
      length = Math.max(length, vocabulary.text(id).length);
    }
    this.longest = length;
  }

  /** A place in the texts. */
  final class State {

    private final Expression expression;
    private final @Nullable State[] next = new @Nullable State[BYTE_VALUES];
    private volatile @Nullable Tokens tokens;

    private State(Expression expression) {
      this.expression = expression;
    }

    /** Returns the state behind a byte, or {@code null}; racing threads find equal ones. */
    private @Nullable State after(int value) {
      State known = next[value];
      if (known == null) {
        Expression rest = expression.after(value);
        if (rest == Choice.NOTHING) {
          return null;
        }
        known = state(rest);
        next[value] = known;
      }
      return known;
    }
  }

  /**
   * The tokens that may come.
   *
   * @param words a bit each
   * @param furthest the most bytes that a text needs to end after one of them
   */
  private record Tokens(long[] words, int furthest) {}

  State state(Expression expression) {
    if (states.size() >= MOST_STATES) {
      states.clear();
    }
    return states.computeIfAbsent(expression, State::new);
  }

  /**
   * Returns whether there are tokens for each character of a text by itself.
   *
   * @param text what has to be written
   */
  boolean canWrite(String text) {
    return unwritable(text) == null;
  }

  /** Returns a character of a text that there is no way to write by itself, or {@code null}. */
  @Nullable String unwritable(String text) {
    for (int character : text.codePoints().distinct().toArray()) {
      String one = Character.toString(character);
      byte[] bytes = one.getBytes(StandardCharsets.UTF_8);
      if (!isToken(bytes, 0, bytes.length) && !eachByteIsToken(bytes)) {
        return one;
      }
    }
    return null;
  }

  /** Returns whether no token leaves a character half written that no other token completes. */
  boolean completesCharacters() {
    byte[] continuations = new byte[64];
    for (int i = 0; i < continuations.length; i++) {
      continuations[i] = (byte) (0x80 + i);
    }
    if (eachByteIsToken(continuations)) {
      return true;
    }
    for (int id = 0; id < vocabulary.size(); id++) {
      byte[] bytes = vocabulary.text(id);
      String text = new String(bytes, StandardCharsets.UTF_8);
      if (!Arrays.equals(bytes, text.getBytes(StandardCharsets.UTF_8))) {
        return false;
      }
    }
    return true;
  }

  private boolean eachByteIsToken(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (!isToken(bytes, i, i + 1)) {
        return false;
      }
    }
    return true;
  }

  private boolean isToken(byte[] bytes, int from, int to) {
    int node = 0;
    for (int i = from; i < to && node != TokenTrie.NONE; i++) {
      node = trie.child(node, bytes[i]);
    }
    return node != TokenTrie.NONE && trie.token(node) != TokenTrie.NONE;
  }

  /**
   * Sets the bits of the tokens that may come in a state.
   *
   * @param left how many tokens may still come, the end token included; of the tokens, those are
   *     left out after which a text could not end within {@code left}, unless there are no others
   */
  void allowed(State state, int left, long[] words) {
    boolean mayEnd = state.expression.acceptsEmpty();
    if (mayEnd) {
      set(words, endToken);
    }
    State clipped = state(state.expression.clipped(longest));
    Tokens tokens = clipped.tokens;
    if (tokens == null) {
      tokens = tokens(clipped, Expression.MANY);
      clipped.tokens = tokens;
    }
    long[] found = tokens.words;
    // A token and the end token come on top of the bytes, each of which is a token at most.
    boolean roomy =
        tokens.furthest + 2L <= left
            && clipped.expression.shortest() == state.expression.shortest()
            && (clipped == state || !(state.expression instanceof Choice));
    if (!roomy && left < Expression.MANY) {
      long[] fitting = tokens(state, left - 2).words;
      found = mayEnd || Arrays.stream(fitting).anyMatch(word -> word != 0) ? fitting : found;
    }
    for (int i = 0; i < Math.min(words.length, found.length); i++) {
      words[i] |= found[i];
    }
  }

  private static void set(long[] words, int token) {
    if (token >> 6 < words.length) { // else the model has no such token
      words[token >> 6] |= 1L << token;
    }
  }

  /** Finds the tokens after which a text can end within {@code bytes} bytes. */
  private Tokens tokens(State state, int bytes) {
    Walk walk = new Walk(bytes);
    walk.below(0, state);
    return new Tokens(walk.words, walk.furthest);
  }

  /** A walk over the tree of tokens, as far as an expression goes along. */
  private final class Walk {

    private final long[] words = new long[(vocabulary.size() + 63) / 64];
    private final int limit;
    private int furthest;

    Walk(int limit) {
      this.limit = limit;
    }

    void below(int node, State state) {
      for (int child = trie.firstChild(node); child < trie.endOfChildren(node); child++) {
        State behind = state.after(Byte.toUnsignedInt(trie.label(child)));
        if (behind == null) {
          continue;
        }
        int rest = behind.expression.shortest();
        int token = rest <= limit ? trie.token(child) : TokenTrie.NONE;
        for (; token != TokenTrie.NONE; token = trie.next(token)) {
          set(words, token);
          furthest = Math.max(furthest, rest);
        }
        below(child, behind);
      }
    }
  }

  /** Returns the state behind a token, or {@code null} if it may not come. */
  @Nullable State after(State state, int token) {
    State behind = vocabulary.isText(token) ? state : null;
    for (byte one : vocabulary.text(token)) {
      behind = behind == null ? null : behind.after(Byte.toUnsignedInt(one));
    }
    return behind;
  }
}
