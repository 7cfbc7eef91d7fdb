package io.github.npu4j.tokenizer.model;

import io.github.npu4j.tokenizer.pipeline.TokenizerDefect;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The texts of tokens and their ids, to be found either way without making an object: all texts
 * stand one behind the other in one array, and a hash table leads to them. Immutable.
 */
public final class TokenTable {

  /** There is no such token. */
  public static final int NONE = -1;

  /** The most tokens; the largest vocabularies known have some 260,000. */
  private static final int MOST_TOKENS = 1 << 24;

  private static final int PRIME = 0x01000193;
  private static final int SPREAD = 0x9e3779b9;

  private final byte[] arena;
  private final int[] starts;
  private final int[] hashes;
  private final int[] ids;
  private final int[] slots;
  private final int shift;
  private final int[] entryOfId;
  private final int size;
  private final int longest;

  private TokenTable(Builder builder, int idLimit) {
    this.arena = Arrays.copyOf(builder.arena, builder.starts[builder.count]);
    this.starts = Arrays.copyOf(builder.starts, builder.count + 1);
    this.hashes = Arrays.copyOf(builder.hashes, builder.count);
    this.ids = Arrays.copyOf(builder.ids, builder.count);
    this.slots = builder.slots;
    this.shift = builder.shift;
    this.size = builder.count;
    this.longest = builder.longest;
    this.entryOfId = new int[idLimit];
    Arrays.fill(entryOfId, NONE);
    for (int entry = 0; entry < size; entry++) {
      entryOfId[ids[entry]] = entry;
    }
  }

  /** Returns how many different texts there are. */
  public int size() {
    return size;
  }

  /** Returns the number behind the highest id. */
  public int idLimit() {
    return entryOfId.length;
  }

  /** Returns how many bytes the longest text has. */
  int longest() {
    return longest;
  }

  /** Returns the hash of nothing, to begin with. */
  public static int emptyHash() {
    return Seed.VALUE;
  }

  /** Returns the hash of a text that is one byte longer. */
  public static int hash(int hash, byte next) {
    return (hash ^ next & 0xff) * PRIME;
  }

  static int hash(int hash, byte[] text, int start, int end) {
    int result = hash;
    for (int i = start; i < end; i++) {
      result = (result ^ text[i] & 0xff) * PRIME;
    }
    return result;
  }

  /** Returns the id of a text, or {@link #NONE}. */
  public int idOf(byte[] text, int start, int end) {
    return idOf(hash(emptyHash(), text, start, end), text, start, end);
  }

  /** Returns the id of a text whose hash is known. */
  int idOf(int hash, byte[] text, int start, int end) {
    int length = end - start;
    for (int slot = hash * SPREAD >>> shift; ; slot = slot + 1 & slots.length - 1) {
      int entry = slots[slot] - 1;
      if (entry < 0) {
        return NONE;
      }
      int at = starts[entry];
      if (hashes[entry] == hash
          && starts[entry + 1] - at == length
          && Arrays.equals(arena, at, at + length, text, start, end)) {
        return ids[entry];
      }
    }
  }

  /** Returns the id of two texts in a row whose common hash is known. */
  int idOf(int hash, byte[] prefix, byte[] text, int start, int end) {
    int length = prefix.length + end - start;
    for (int slot = hash * SPREAD >>> shift; ; slot = slot + 1 & slots.length - 1) {
      int entry = slots[slot] - 1;
      if (entry < 0) {
        return NONE;
      }
      int at = starts[entry];
      int middle = at + prefix.length;
      if (hashes[entry] == hash
          && starts[entry + 1] - at == length
          && Arrays.equals(arena, at, middle, prefix, 0, prefix.length)
          && Arrays.equals(arena, middle, at + length, text, start, end)) {
        return ids[entry];
      }
    }
  }

  /**
   * Returns the id of bytes that stand in the table as {@link ByteAlphabet the alphabet of bytes}
   * has them.
   */
  int idOfBytes(byte[] text, int start, int end) {
    int hash = emptyHash();
    int length = 0;
    for (int i = start; i < end; i++) {
      int pair = ByteAlphabet.utf8(text[i]);
      hash = (hash ^ pair & 0xff) * PRIME;
      length++;
      if (pair > 0xff) {
        hash = (hash ^ pair >> 8) * PRIME;
        length++;
      }
    }
    for (int slot = hash * SPREAD >>> shift; ; slot = slot + 1 & slots.length - 1) {
      int entry = slots[slot] - 1;
      if (entry < 0) {
        return NONE;
      }
      if (hashes[entry] == hash
          && starts[entry + 1] - starts[entry] == length
          && isSpelled(starts[entry], text, start, end)) {
        return ids[entry];
      }
    }
  }

  private boolean isSpelled(int arenaStart, byte[] text, int start, int end) {
    int at = arenaStart;
    for (int i = start; i < end; i++) {
      int pair = ByteAlphabet.utf8(text[i]);
      if (arena[at++] != (byte) pair || pair > 0xff && arena[at++] != (byte) (pair >> 8)) {
        return false;
      }
    }
    return true;
  }

  /** Returns the text of an id, or {@code null} if there is none. */
  public byte @Nullable [] textOf(int id) {
    int entry = id < entryOfId.length ? entryOfId[id] : NONE;
    return entry == NONE ? null : Arrays.copyOfRange(arena, starts[entry], starts[entry + 1]);
  }

  /** Differs from process to process, so that nobody can prepare texts of one hash. */
  private static final class Seed {
    static final int VALUE = (int) (System.nanoTime() * 0x9e3779b97f4a7c15L >>> 32) | 1;
  }

  /** A table in the making. */
  public static final class Builder {

    private static final int MOST_PROBES = 2000;

    /** The sizes to begin with, as powers of two. */
    private static final int SMALLEST = 12;

    private static final int LARGEST = 18;

    private byte[] arena;
    private int[] starts;
    private int[] hashes;
    private int[] ids;
    private int[] slots;
    private int shift;
    private int count;
    private int highest = -1;
    private int longest;

    public Builder() {
      this(0);
    }

    /**
     * Makes one.
     *
     * @param expected how many tokens there may be; a guess that saves some time
     */
    public Builder(int expected) {
      int bits = SMALLEST;
      while (bits < LARGEST && 1 << bits < expected) {
        bits++;
      }
      int size = 1 << bits;
      arena = new byte[8 * size];
      starts = new int[size];
      hashes = new int[size];
      ids = new int[size];
      slots = new int[2 * size];
      shift = Integer.SIZE - bits - 1;
    }

    /**
     * Adds a token; the later one of two with the same text counts.
     *
     * @throws TokenizerDefect if there are too many
     */
    public void add(byte[] text, int start, int end, int id) {
      add(hash(emptyHash(), text, start, end), text, start, end, id);
    }

    /** Adds a token whose hash is known. */
    public void add(int hash, byte[] text, int start, int end, int id) {
      if (count + 1 == starts.length) {
        grow();
      }
      int length = end - start;
      int probes = 0;
      int slot = hash * SPREAD >>> shift;
      while (slots[slot] != 0) {
        int entry = slots[slot] - 1;
        int at = starts[entry];
        if (hashes[entry] == hash
            && starts[entry + 1] - at == length
            && Arrays.equals(arena, at, at + length, text, start, end)) {
          ids[entry] = id;
          highest = Math.max(highest, id);
          return;
        }
        if (++probes > MOST_PROBES) {
          throw new TokenizerDefect("its vocabulary is made so that tokens can't be told apart");
        }
        slot = slot + 1 & slots.length - 1;
      }
      int at = starts[count];
      if ((long) at + length > Integer.MAX_VALUE - 16) {
        throw new TokenizerDefect("its vocabulary is too large");
      }
      if (at + length > arena.length) {
        arena = Arrays.copyOf(arena, (int) Math.min(Integer.MAX_VALUE - 16, 2L * (at + length)));
      }
      System.arraycopy(text, start, arena, at, length);
      hashes[count] = hash;
      ids[count] = id;
      starts[++count] = at + length;
      slots[slot] = count;
      highest = Math.max(highest, id);
      longest = Math.max(longest, length);
    }

    private void grow() {
      int size = 2 * starts.length;
      if (size > MOST_TOKENS) {
        throw new TokenizerDefect("its vocabulary has more than " + count + " tokens");
      }
      starts = Arrays.copyOf(starts, size);
      hashes = Arrays.copyOf(hashes, size);
      ids = Arrays.copyOf(ids, size);
      slots = new int[2 * size];
      shift--;
      for (int entry = 0; entry < count; entry++) {
        int slot = hashes[entry] * SPREAD >>> shift;
        while (slots[slot] != 0) {
          slot = slot + 1 & slots.length - 1;
        }
        slots[slot] = entry + 1;
      }
    }

    /** Returns how many different texts there are. */
    public int size() {
      return count;
    }

    /**
     * Returns the table.
     *
     * @throws TokenizerDefect if an id is far beyond the number of tokens
     */
    public TokenTable build() {
      if (highest > 4L * count + (1 << 20)) {
        throw new TokenizerDefect("it has the id " + highest + " among " + count + " tokens");
      }
      return new TokenTable(this, highest + 1);
    }
  }
}
