package io.github.npu4j.tokenizer;

import io.github.npu4j.tokenizer.codec.TokenTexts;
import io.github.npu4j.tokenizer.trie.TokenTrie;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What each token of a tokenizer stands for in a text. Immutable.
 *
 * <p>A token's text is bytes and not characters, for a token may be a part of a character.
 */
public final class Vocabulary {

  private final byte[][] texts;
  private final OptionalInt endToken;
  private final boolean leadingSpace;
  private volatile @Nullable TokenTrie trie;

  Vocabulary(TokenTexts tokens) {
    this.texts = tokens.texts();
    this.endToken = tokens.endToken();
    this.leadingSpace = tokens.leadingSpace();
  }

  /** Returns how many tokens there are; their ids are 0 and up. */
  public int size() {
    return texts.length;
  }

  /**
   * Returns whether a token adds something to a text: not so a special token, nor an id behind the
   * vocabulary, of which a model may have some.
   */
  public boolean isText(int id) {
    return id < texts.length && texts[id].length > 0;
  }

  /** Returns what a token adds to a text, in UTF-8; empty if it is no {@link #isText text}. */
  public byte[] text(int id) {
    return id < texts.length ? texts[id].clone() : new byte[0];
  }

  /** Returns the token that ends a text, if there is one. */
  public OptionalInt endToken() {
    return endToken;
  }

  /** Returns whether decoding takes a space from the beginning of a text. */
  public boolean leadingSpace() {
    return leadingSpace;
  }

  /** Returns the tokens that are text, as a tree, which is made on first use. */
  public TokenTrie trie() {
    TokenTrie made = trie;
    if (made == null) {
      made = TokenTrie.of(texts);
      trie = made;
    }
    return made;
  }
}
