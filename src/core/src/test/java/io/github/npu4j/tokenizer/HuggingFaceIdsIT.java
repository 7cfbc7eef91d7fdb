package io.github.npu4j.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same ids as Hugging Face's library: for a real tokenizer, and for a thousand random ones. */
class HuggingFaceIdsIT {

  @TempDir static Path folder;
  private static Path minilm;
  private static String offline;

  @BeforeAll
  static void copy() throws IOException {
    offline = System.setProperty("ai.djl.offline", "true");
    minilm = folder.resolve("minilm.json");
    try (InputStream in =
        HuggingFaceIdsIT.class.getResourceAsStream("/all-minilm-l6-v2-tokenizer.json")) {
      Files.copy(in, minilm);
    }
  }

  @AfterAll
  static void restore() {
    if (offline == null) {
      System.clearProperty("ai.djl.offline");
    } else {
      System.setProperty("ai.djl.offline", offline);
    }
  }

  private static HuggingFaceTokenizer theirs(Path file) throws IOException {
    return HuggingFaceTokenizer.newInstance(
        file, Map.of("padding", "false", "truncation", "false"));
  }

  @Test
  void givesMiniLmsIdsPlacesPairsAndTexts() throws IOException {
    HostileTexts texts = new HostileTexts(1);
    try (HuggingFaceTokenizer theirs = theirs(minilm);
        Tokenizer ours = Tokenizer.open(minilm);
        Tokenizer named =
            Tokenizer.open(minilm, TokenizerOptions.huggingFace(folder.resolve("library")))) {
      long[] buffer = new long[8192];
      for (int i = 0; i < 20_000; i++) {
        String text = texts.next();
        ai.djl.huggingface.tokenizers.Encoding expected = theirs.encode(text);
        long[] ids = expected.getIds();
        assertArrayEquals(ids, ours.encode(text).ids(), text);
        if (i % 10 == 0) {
          assertArrayEquals(ids, named.encode(text).ids(), text);
          assertEquals(ids.length, ours.encode(text, Integer.MAX_VALUE, buffer), text);
          assertEquals(ids.length, ours.count(text), text);
          assertEquals(theirs.decode(ids, true), ours.decode(ids), text);
          assertPlaces(expected, ours.spans(text, Integer.MAX_VALUE, OffsetUnit.CODE_POINTS), text);
          assertPair(theirs, ours, text, texts.next());
        }
      }
    }
  }

  private static void assertPlaces(
      ai.djl.huggingface.tokenizers.Encoding expected, TokenSpans spans, String text) {
    CharSpan[] places = expected.getCharTokenSpans();
    long[] special = expected.getSpecialTokenMask();
    for (int i = 0; i < places.length; i++) {
      if (special[i] == 0 && places[i] != null) {
        assertEquals(places[i].getStart(), spans.starts()[i], text);
        assertEquals(places[i].getEnd(), spans.ends()[i], text);
      }
    }
  }

  private static void assertPair(
      HuggingFaceTokenizer theirs, Tokenizer ours, String first, String second) {
    ai.djl.huggingface.tokenizers.Encoding expected = theirs.encode(first, second);
    Encoding pair = ours.encodePair(first, second, Integer.MAX_VALUE, Truncation.LONGEST_FIRST);
    assertArrayEquals(expected.getIds(), pair.ids(), first + " / " + second);
    assertArrayEquals(expected.getTypeIds(), pair.typeIds(), first + " / " + second);
  }

  @Test
  void cutsPairsWhereItIsAllowed() {
    try (Tokenizer ours = Tokenizer.open(minilm)) {
      String first = "one two three four";
      String second = "five six seven";
      assertEquals(10, ours.encodePair(first, second, 10, Truncation.LONGEST_FIRST).length());
      Encoding cut = ours.encodePair(first, second, 8, Truncation.ONLY_FIRST);
      assertArrayEquals(new long[] {101, 2028, 2048, 102, 2274, 2416, 2698, 102}, cut.ids());
      assertArrayEquals(new long[] {0, 0, 0, 0, 1, 1, 1, 1}, cut.typeIds());
      assertEquals(10, cut.totalTokens());
      Encoding other = ours.encodePair(first, second, 8, Truncation.ONLY_SECOND);
      assertArrayEquals(new long[] {101, 2028, 2048, 2093, 2176, 102, 2274, 102}, other.ids());
    }
  }

  @Test
  void tellsPlacesInJavasCharactersAndInUnicodes() {
    try (Tokenizer ours = Tokenizer.open(minilm)) {
      String text = "\ud83d\ude00 caf\u00e9";
      TokenSpans chars = ours.spans(text, 100, OffsetUnit.CHARS);
      TokenSpans codePoints = ours.spans(text, 100, OffsetUnit.CODE_POINTS);
      assertArrayEquals(new int[] {-1, 0, 3, -1}, chars.starts());
      assertArrayEquals(new int[] {-1, 2, 7, -1}, chars.ends());
      assertArrayEquals(new int[] {-1, 0, 2, -1}, codePoints.starts());
      assertArrayEquals(new int[] {-1, 1, 6, -1}, codePoints.ends());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void givesTheIdsOfRandomTokenizers(int seed) throws IOException {
    RandomTokenizers tokenizers = new RandomTokenizers(seed);
    HostileTexts texts = new HostileTexts(seed);
    int compared = 0;
    for (int round = 0; round < 250; round++) {
      String json = tokenizers.next();
      Path file = Files.writeString(folder.resolve("random-" + seed + ".json"), json);
      try (HuggingFaceTokenizer theirs = theirs(file);
          Tokenizer ours = Tokenizer.open(file)) {
        for (int i = 0; i < 25; i++) {
          String text = texts.next();
          long[] expected = theirs.encode(text).getIds();
          assertArrayEquals(expected, ours.encode(text).ids(), () -> json + "\n" + text);
          assertEquals(
              theirs.decode(expected, true), ours.decode(expected), () -> json + "\n" + text);
          compared++;
        }
      }
    }
    assertTrue(compared > 6000, compared + " texts");
  }
}
