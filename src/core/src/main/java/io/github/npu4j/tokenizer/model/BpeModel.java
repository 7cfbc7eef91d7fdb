package io.github.npu4j.tokenizer.model;

import io.github.npu4j.tokenizer.pipeline.TokenizerDefect;
import io.github.npu4j.tokenizer.pipeline.Tokens;
import io.github.npu4j.tokenizer.unicode.Utf8Text;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Byte-pair encoding: the characters of a piece, of which neighbours are merged in a given order.
 *
 * @see <a href="https://arxiv.org/abs/1508.07909">Neural Machine Translation of Rare Words with
 *     Subword Units</a>
 */
public final class BpeModel extends TableModel {

  private static final int BYTES = 256;
  private static final int ASCII = 128;

  private final MergeTable merges;
  private final Options options;
  private final byte[] prefix;
  private final byte[] suffix;
  private final boolean plain;
  private final int unknownId;
  private final int[] byteIds = new int[BYTES];
  private final int[] asciiIds = new int[ASCII];

  /** For each byte the id of its character of the alphabet of bytes; empty if that is not used. */
  private final int[] alphabetIds;

  /**
   * What a model does beside merging.
   *
   * @param unknown the token of a character that is none; {@code null} to leave it out
   * @param prefix what all characters but the first of a piece are written with
   * @param suffix what the last one is written with
   * @param fuseUnknown whether unknown neighbours are one token
   * @param byteFallback whether a character that is no token is written with the tokens of its
   *     bytes
   * @param ignoreMerges whether a piece that is a token is that, whatever the merges say
   */
  public record Options(
      @Nullable String unknown,
      String prefix,
      String suffix,
      boolean fuseUnknown,
      boolean byteFallback,
      boolean ignoreMerges) {

    /** Returns whether characters stand for themselves. */
    boolean isPlain() {
      return prefix.isEmpty() && suffix.isEmpty();
    }
  }

  /**
   * Makes one.
   *
   * @param bytes whether pieces come as bytes, although the vocabulary writes them with {@link
   *     ByteAlphabet the alphabet of bytes}; not together with a prefix or a suffix
   */
  public BpeModel(TokenTable table, MergeTable merges, Options options, boolean bytes) {
    super(table);
    this.merges = merges;
    this.options = options;
    this.prefix = options.prefix().getBytes(StandardCharsets.UTF_8);
    this.suffix = options.suffix().getBytes(StandardCharsets.UTF_8);
    this.plain = options.isPlain();
    String unknown = options.unknown();
    this.unknownId = unknown == null ? TokenTable.NONE : idOf(utf8(unknown));
    for (int value = 0; value < BYTES; value++) {
      byteIds[value] = idOf(ByteAlphabet.fallbackName(value));
    }
    for (int character = 0; character < ASCII; character++) {
      asciiIds[character] = idOf(new byte[] {(byte) character});
    }
    this.alphabetIds = new int[bytes ? BYTES : 0];
    for (int value = 0; value < alphabetIds.length; value++) {
      alphabetIds[value] = table.idOfBytes(new byte[] {(byte) value}, 0, 1);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public Scratch newScratch() {
    return new Merging();
  }

  @Override
  public void tokenize(byte[] text, int start, int end, Tokens tokens, Scratch scratch) {
    boolean bytes = alphabetIds.length > 0;
    if (options.ignoreMerges()) {
      int id = bytes ? table.idOfBytes(text, start, end) : table.idOf(text, start, end);
      if (id != TokenTable.NONE) {
        tokens.add(id, start, end);
        return;
      }
    }
    Merging merging = (Merging) scratch;
    merging.count = 0;
    if (bytes) {
      addBytes(text, start, end, merging);
    } else {
      addCharacters(text, start, end, merging);
    }
    merging.merge(merges);
    int at = start;
    for (int i = 0; i < merging.count; i++) {
      tokens.add(merging.ids[i], at, at + merging.lengths[i]);
      at += merging.lengths[i];
    }
  }

  private void addBytes(byte[] text, int start, int end, Merging merging) {
    int pending = 0;
    for (int i = start; i < end; i++) {
      int id = alphabetIds[text[i] & 0xff];
      if (id != TokenTable.NONE) {
        pending = addPending(pending, merging);
        merging.add(id, 1);
      } else {
        pending = unknown(pending, 1, merging);
      }
    }
    addPending(pending, merging);
  }

  private void addCharacters(byte[] text, int start, int end, Merging merging) {
    int pending = 0;
    int at = start;
    while (at < end) {
      int length = Utf8Text.length(text[at]);
      boolean last = at + length >= end;
      byte[] written = text;
      int from = at;
      int to = at + length;
      if (!plain && (at > start && prefix.length > 0 || last && suffix.length > 0)) {
        written = written(text, at, length, at > start, last);
        from = 0;
        to = written.length;
      }
      int id =
          to - from == 1 && written[from] >= 0
              ? asciiIds[written[from]]
              : table.idOf(written, from, to);
      if (id != TokenTable.NONE) {
        pending = addPending(pending, merging);
        merging.add(id, length);
      } else if (!options.byteFallback() || !addFallback(written, from, to, merging)) {
        pending = unknown(pending, length, merging);
      }
      at += length;
    }
    addPending(pending, merging);
  }

  private byte[] written(byte[] text, int at, int length, boolean goesOn, boolean last) {
    byte[] before = goesOn ? prefix : new byte[0];
    byte[] behind = last ? suffix : new byte[0];
    byte[] all = Arrays.copyOf(before, before.length + length + behind.length);
    System.arraycopy(text, at, all, before.length, length);
    System.arraycopy(behind, 0, all, before.length + length, behind.length);
    return all;
  }

  private boolean addFallback(byte[] text, int from, int to, Merging merging) {
    for (int i = from; i < to; i++) {
      if (byteIds[text[i] & 0xff] == TokenTable.NONE) {
        return false;
      }
    }
    for (int i = from; i < to; i++) {
      merging.add(byteIds[text[i] & 0xff], 1);
    }
    return true;
  }

  /**
   * Adds the unknown token that waits for what follows it, if {@code pending} bytes are unknown.
   */
  private int addPending(int pending, Merging merging) {
    if (pending > 0) {
      merging.add(unknownId, pending);
    }
    return 0;
  }

  private int unknown(int pending, int length, Merging merging) {
    if (options.unknown() == null) {
      return pending;
    }
    if (unknownId == TokenTable.NONE) {
      throw new TokenizerDefect("its vocabulary lacks its unknown token " + options.unknown());
    }
    if (options.fuseUnknown()) {
      return pending + length;
    }
    addPending(pending, merging);
    return length;
  }
}
