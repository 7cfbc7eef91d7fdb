package io.github.npu4j.tokenizer.normalize;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The rules by which SentencePiece rewrites characters before it looks for pieces, in its compiled
 * form: a double-array trie of what is replaced, and the replacements.
 *
 * <p>The layout is SentencePiece's {@code precompiled_charsmap}: the size of the trie in bytes
 * (uint32), the trie's units (uint32 each, as Darts-clone packs them), and the replacements in
 * UTF-8, each ended by a zero byte. All numbers are little-endian. Immutable.
 */
public final class Charsmap {

  /** No rule begins here. */
  public static final int NONE = -1;

  private static final int MAXIMUM_BYTES = 64 << 20;

  /** A unit without this bit in its label is an edge; with it, a value. */
  private static final int VALUE_BIT = 1 << 31;

  private static final int BLOCK = 0x100;

  private final int[] units;
  private final byte[] replacements;

  private Charsmap(int[] units, byte[] replacements) {
    this.units = units;
    this.replacements = replacements;
  }

  /** Reads a map that {@link #defect} accepts. */
  public static Charsmap read(byte[] blob) {
    ByteBuffer buffer = ByteBuffer.wrap(blob).order(ByteOrder.LITTLE_ENDIAN);
    int[] units = new int[buffer.getInt() / Integer.BYTES];
    buffer.asIntBuffer().get(units);
    int start = Integer.BYTES + units.length * Integer.BYTES;
    return new Charsmap(units, Arrays.copyOfRange(blob, start, blob.length));
  }

  /**
   * Returns what is wrong with a map, or {@code null}. A reader that follows the trie without
   * looking, as the native library does, stays inside of one that is found good here.
   */
  public static @Nullable String defect(byte[] blob) {
    if (blob.length > MAXIMUM_BYTES) {
      return "a map of " + blob.length + " bytes";
    }
    if (blob.length < Integer.BYTES) {
      return "no room for the size of the trie";
    }
    long trie =
        Integer.toUnsignedLong(ByteBuffer.wrap(blob).order(ByteOrder.LITTLE_ENDIAN).getInt());
    if (trie == 0 || trie % Integer.BYTES != 0 || trie >= blob.length - Integer.BYTES) {
      return "a trie of " + trie + " bytes in a map of " + blob.length;
    }
    Charsmap map = read(blob);
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(map.replacements));
    } catch (CharacterCodingException notText) {
      return "replacements that are not UTF-8";
    }
    if (map.replacements[map.replacements.length - 1] != 0) {
      return "replacements that have no end";
    }
    return map.defectOfTrie();
  }

  /**
   * Looks at every unit that could be an edge, whether or not a text leads to it. Units that are
   * not in use lead to their own block.
   */
  private @Nullable String defectOfTrie() {
    for (int at = 0; at < units.length; at++) {
      int unit = units[at];
      if ((unit & VALUE_BIT) != 0) {
        continue;
      }
      int base = at ^ offset(unit);
      if (base < 0 || (base | (BLOCK - 1)) >= units.length) {
        return "a trie that leads out of itself";
      }
      if (hasValue(unit) && !isReplacement(units[base] & ~VALUE_BIT)) {
        return "a trie that leads out of the replacements";
      }
    }
    return null;
  }

  private boolean isReplacement(int start) {
    return start < replacements.length && (replacements[start] & 0xc0) != 0x80;
  }

  /**
   * Finds the longest rule that begins at a place.
   *
   * @param text UTF-8
   * @return how many bytes it replaces in the upper half, and by which replacement in the lower, or
   *     {@link #NONE}
   */
  public long longest(byte[] text, int from) {
    long found = NONE;
    int node = offset(units[0]);
    for (int i = from; i < text.length; i++) {
      int label = text[i] & 0xff;
      node ^= label;
      int unit = units[node];
      if (label == 0 || label(unit) != label) {
        break;
      }
      node ^= offset(unit);
      if (hasValue(unit)) {
        found = (long) (i + 1 - from) << 32 | units[node] & ~VALUE_BIT;
      }
    }
    return found;
  }

  /**
   * Finds the shortest rule that begins at a place.
   *
   * @param text UTF-8
   * @param end where the text ends
   * @return where its replacement begins, or {@link #NONE}
   */
  int shortest(byte[] text, int from, int end) {
    int node = offset(units[0]);
    for (int i = from; i < end; i++) {
      int label = text[i] & 0xff;
      node ^= label;
      int unit = units[node];
      if (label == 0 || label(unit) != label) {
        break;
      }
      node ^= offset(unit);
      if (hasValue(unit)) {
        return units[node] & ~VALUE_BIT;
      }
    }
    return NONE;
  }

  /** Returns the bytes of all replacements; each ends with a zero. */
  public byte[] replacements() {
    return replacements;
  }

  private static boolean hasValue(int unit) {
    return (unit >>> 8 & 1) != 0;
  }

  private static int label(int unit) {
    return unit & (VALUE_BIT | 0xff);
  }

  private static int offset(int unit) {
    return unit >>> 10 << ((unit & 1 << 9) >>> 6);
  }
}
