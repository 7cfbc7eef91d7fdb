package io.github.npu4j.hostile;

import java.util.Arrays;
import java.util.Random;

/** Ways to break the bytes of a good file, each the same in every run. */
public final class Damage {
  private Damage() {}

  /**
   * Returns a copy with {@code count} bytes changed, each to another value, at places in [from,
   * to).
   */
  public static byte[] changed(byte[] good, int from, int to, int count, long seed) {
    Random random = new Random(seed);
    byte[] bad = good.clone();
    for (int changed = 0; changed < count; ) {
      int place = random.nextInt(from, to);
      if (bad[place] == good[place]) {
        bad[place] ^= (byte) random.nextInt(1, 256);
        changed++;
      }
    }
    return bad;
  }

  /** Returns the first {@code length} bytes. */
  public static byte[] truncated(byte[] good, int length) {
    return Arrays.copyOf(good, length);
  }

  /** Returns the file with noise behind it. */
  public static byte[] lengthened(byte[] good, int more) {
    byte[] bad = Arrays.copyOf(good, good.length + more);
    System.arraycopy(ForeignFiles.noise(more, more), 0, bad, good.length, more);
    return bad;
  }

  /** Returns the file with {@code length} bytes from {@code from} on set to zero. */
  public static byte[] zeroed(byte[] good, int from, int length) {
    byte[] bad = good.clone();
    Arrays.fill(bad, from, from + length, (byte) 0);
    return bad;
  }
}
