package io.github.npu4j.tokenizer.normalize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

public class CharsmapTest {

  private static final int ROOT_BASE = 0x100;
  private static final int A_BASE = 0x200;
  private static final int AB_BASE = 0x300;

  /** Replaces A by xy, and AB by z. */
  public static byte[] twoRules() {
    int[] units = new int[0x400];
    units[0] = unit(0, ROOT_BASE, false);
    units[ROOT_BASE ^ 'A'] = unit('A', (ROOT_BASE ^ 'A') ^ A_BASE, true);
    units[A_BASE] = 1 << 31;
    units[A_BASE ^ 'B'] = unit('B', (A_BASE ^ 'B') ^ AB_BASE, true);
    units[AB_BASE] = 1 << 31 | 3;
    return blob(units, "xy\0z\0");
  }

  private static int unit(int label, int offset, boolean value) {
    return offset << 10 | label | (value ? 1 << 8 : 0);
  }

  private static byte[] blob(int[] units, String replacements) {
    byte[] text = replacements.getBytes(StandardCharsets.UTF_8);
    ByteBuffer buffer =
        ByteBuffer.allocate(4 + units.length * 4 + text.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(units.length * 4);
    buffer.asIntBuffer().put(units);
    return buffer.position(4 + units.length * 4).put(text).array();
  }

  @ParameterizedTest
  @CsvSource({"A, 1, 0", "AB, 2, 3", "AC, 1, 0", "ABA, 2, 3"})
  void findsTheLongestRule(String text, int length, int replacement) {
    Charsmap map = Charsmap.read(twoRules());
    long found = map.longest(text.getBytes(StandardCharsets.UTF_8), 0);
    assertEquals(length, (int) (found >>> 32));
    assertEquals(replacement, (int) found);
  }

  @Test
  void findsNothingWhereNoRuleBegins() {
    Charsmap map = Charsmap.read(twoRules());
    for (String text : new String[] {"", "B", "BA", "\0", "\u00e9"}) {
      assertEquals(Charsmap.NONE, map.longest(text.getBytes(StandardCharsets.UTF_8), 0), text);
    }
    assertEquals(2L << 32 | 3, map.longest("..AB".getBytes(StandardCharsets.UTF_8), 2));
  }

  @Test
  void namesWhatIsWrong() {
    byte[] good = twoRules();
    assertNull(Charsmap.defect(good));
    assertTrue(defect(new byte[0]).contains("no room"));
    assertTrue(defect(new byte[] {1, 2, 3, 4, 5}).contains("a trie of"));
    assertTrue(defect(Arrays.copyOf(good, good.length - 1)).contains("no end"));
    assertTrue(defect(Arrays.copyOf(good, good.length - 5)).contains("a trie of"));
    byte[] notText = good.clone();
    notText[notText.length - 2] = (byte) 0xff;
    assertTrue(defect(notText).contains("not UTF-8"));
    assertTrue(changed(0, unit(0, 0x1000, false)).contains("out of itself"));
    assertTrue(changed(ROOT_BASE ^ 'A', unit('A', 0x1000, true)).contains("out of itself"));
    assertTrue(changed(AB_BASE, 1 << 31 | 5).contains("out of the replacements"));
  }

  private static String changed(int at, int unit) {
    byte[] blob = twoRules();
    ByteBuffer.wrap(blob).order(ByteOrder.LITTLE_ENDIAN).putInt(4 + at * 4, unit);
    return defect(blob);
  }

  private static String defect(byte[] blob) {
    String defect = Charsmap.defect(blob);
    assertTrue(defect != null, "no defect found");
    return defect;
  }

  @Test
  void staysInsideWhateverItAccepts() {
    Random random = new Random(1);
    byte[] text = new byte[64];
    int accepted = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] blob = twoRules();
      int place =
          random.nextInt(4) == 0 ? random.nextInt(blob.length) : 4 * (1 + unitInUse(random));
      for (int i = 0; i < 2 && place + i < blob.length; i++) {
        blob[place + i] = (byte) random.nextInt();
      }
      if (Charsmap.defect(blob) == null) {
        accepted++;
        Charsmap map = Charsmap.read(blob);
        for (int i = 0; i < text.length; i++) {
          text[i] = (byte) ("AB".charAt(random.nextInt(2)) ^ (random.nextInt(9) == 0 ? 0x85 : 0));
        }
        for (int i = 0; i < text.length; i++) {
          long found = map.longest(text, i);
          assertTrue(found == Charsmap.NONE || (int) found < map.replacements().length);
        }
      }
    }
    assertTrue(accepted > 1000 && accepted < 19_000, accepted + " accepted");
  }

  private static int unitInUse(Random random) {
    int[] inUse = {0, ROOT_BASE ^ 'A', A_BASE, A_BASE ^ 'B', AB_BASE};
    return inUse[random.nextInt(inUse.length)];
  }
}
