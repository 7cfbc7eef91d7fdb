package io.github.npu4j.hostile;

import java.util.Arrays;
import java.util.Random;

/** One broken copy of a good file for each number, the same in every run, of many kinds. */
public final class Mutation {

  /** What lengths, counts and offsets go wrong with. */
  private static final int[] ODD_WORDS = {
    0, 1, -1, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0xffff, 0x10000, Integer.MAX_VALUE, Integer.MIN_VALUE
  };

  private Mutation() {}

  /**
   * Returns a broken copy.
   *
   * @param good the good file, of 16 bytes at least
   * @param head how many bytes at the start describe the rest; half of the copies are broken there
   * @param seed tells the copies apart
   */
  public static byte[] of(byte[] good, int head, long seed) {
    Random random = new Random(seed * 0x9e3779b97f4a7c15L);
    int to = seed % 2 == 0 ? Math.min(head, good.length) : good.length;
    byte[] bad = good.clone();
    switch (random.nextInt(8)) {
      case 0 -> bad[random.nextInt(to)] ^= (byte) (1 << random.nextInt(8));
      case 1, 2 -> {
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
          bad[random.nextInt(to)] = (byte) random.nextInt();
        }
      }
      case 3, 4 -> {
        int at = random.nextInt(to - 3);
        int word = ODD_WORDS[random.nextInt(ODD_WORDS.length)];
        for (int i = 0; i < Integer.BYTES; i++) {
          bad[at + i] = (byte) (word >> 8 * i);
        }
      }
      case 5 -> bad = Arrays.copyOf(good, random.nextInt(good.length));
      case 6 -> {
        int length = 1 + random.nextInt(Math.min(64, to));
        int from = random.nextInt(to - length + 1);
        System.arraycopy(good, from, bad, random.nextInt(to - length + 1), length);
      }
      default -> {
        int length = 1 + random.nextInt(16);
        int at = random.nextInt(to);
        bad = Arrays.copyOf(good, good.length + length);
        System.arraycopy(good, at, bad, Math.min(good.length, at + length), good.length - at);
      }
    }
    return bad;
  }
}
