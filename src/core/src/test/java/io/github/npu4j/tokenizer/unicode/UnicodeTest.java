package io.github.npu4j.tokenizer.unicode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class UnicodeTest {

  private static final Pattern CLUSTER = Pattern.compile("\\X");

  /** Marks, joiners, Hangul, emoji and scripts whose clusters have rules of their own. */
  private static final int[][] BLOCKS = {
    {0x20, 0x7f},
    {0xa0, 0x17f},
    {0x300, 0x370},
    {0x5d0, 0x700},
    {0x900, 0xe80},
    {0x1000, 0x1200},
    {0x1780, 0x1800},
    {0x1b00, 0x1c00},
    {0x200b, 0x2070},
    {0x3040, 0x3100},
    {0xa960, 0xa980},
    {0xac00, 0xac60},
    {0xd7b0, 0xd800},
    {0xfe00, 0xfe10},
    {0x11080, 0x11200},
    {0x1f1e6, 0x1f200},
    {0x1f3f0, 0x1f480}
  };

  @Test
  void readsAndWritesUtf8AsJavaDoes() {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c += c < 0x3000 ? 1 : 37) {
      if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        continue;
      }
      byte[] expected = Character.toString(c).getBytes(StandardCharsets.UTF_8);
      byte[] written = new byte[4];
      assertEquals(expected.length, Utf8Text.write(written, 0, c));
      assertEquals(expected.length, Utf8Text.lengthOf(c));
      assertEquals(expected.length, Utf8Text.length(expected[0]));
      assertEquals(c, Utf8Text.codePoint(expected, 0));
    }
  }

  @Test
  void findsTheClustersThatJavaFinds() {
    Random random = new Random(11);
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = 1 + random.nextInt(6); i > 0; i--) {
        int[] block = BLOCKS[random.nextInt(BLOCKS.length)];
        int c = block[0] + random.nextInt(block[1] - block[0]);
        // Java takes what is not assigned for a control character.
        text.appendCodePoint(Character.isDefined(c) ? c : 'x');
      }
      Matcher matcher = CLUSTER.matcher(text);
      List<String> expected = new ArrayList<>();
      while (matcher.find()) {
        expected.add(matcher.group());
      }
      assertEquals(expected, clusters(text.toString()), () -> codes(text.toString()));
    }
  }

  private static List<String> clusters(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    List<String> found = new ArrayList<>();
    for (int at = 0; at < bytes.length; ) {
      int end = Graphemes.end(bytes, at, bytes.length);
      found.add(new String(bytes, at, end - at, StandardCharsets.UTF_8));
      at = end;
    }
    return found;
  }

  private static String codes(String text) {
    StringBuilder codes = new StringBuilder();
    text.codePoints().forEach(c -> codes.append(Integer.toHexString(c)).append(' '));
    return codes.toString();
  }

  /** What Unicode 9 had, decomposes and composes today as it did then. */
  @Test
  void decomposesAsJavaDoes() {
    int[] target = new int[32];
    int different = 0;
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        continue;
      }
      String whole = Character.toString(c);
      for (boolean compatible : new boolean[] {false, true}) {
        int length = Normalization.decompose(c, compatible, target, 0);
        Normalizer.Form form = compatible ? Normalizer.Form.NFKD : Normalizer.Form.NFD;
        if (!new String(target, 0, length).equals(Normalizer.normalize(whole, form))) {
          assertEquals(whole, new String(target, 0, length), () -> codes(whole));
          different++;
        }
      }
      int length = Normalization.decompose(c, false, target, 0);
      if (length == 2 && Normalizer.normalize(whole, Normalizer.Form.NFC).equals(whole)) {
        assertEquals(c, Normalization.compose(target[0], target[1]));
      }
    }
    assertEquals(212, different, "characters that came after Unicode 9");
  }

  @Test
  void knowsTheTraitsOfCharacters() {
    assertTrue(CharacterTraits.has('_', CharacterTraits.WORD));
    assertTrue(CharacterTraits.has('$', CharacterTraits.PUNCTUATION));
    assertTrue(CharacterTraits.has(0x3001, CharacterTraits.PUNCTUATION));
    assertFalse(CharacterTraits.has(0x20ac, CharacterTraits.PUNCTUATION));
    assertTrue(CharacterTraits.has(0x4e2d, CharacterTraits.CHINESE));
    assertTrue(CharacterTraits.has(0x301, CharacterTraits.NONSPACING | CharacterTraits.MARK));
    assertFalse(CharacterTraits.has(0x903, CharacterTraits.NONSPACING));
    assertTrue(CharacterTraits.has(0x903, CharacterTraits.MARK));
    assertTrue(CharacterTraits.has(0x200b, CharacterTraits.DROPPED));
    assertTrue(CharacterTraits.has(0x3000, CharacterTraits.SPACE));
    assertFalse(CharacterTraits.has(0x200b, CharacterTraits.SPACE));
    assertTrue(CharacterTraits.has(0xbd, CharacterTraits.NUMERIC));
    assertEquals(Scripts.of('a'), Scripts.of(0xe9));
    assertEquals(Scripts.of(0x4e2d), Scripts.of(0x3042));
    assertEquals(Scripts.ANY, Scripts.of(' '));
  }
}
