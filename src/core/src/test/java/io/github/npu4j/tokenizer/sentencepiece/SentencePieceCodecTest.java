package io.github.npu4j.tokenizer.sentencepiece;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.testing.SpieceProtos;
import io.github.npu4j.tokenizer.Encoding;
import io.github.npu4j.tokenizer.Tokenizer;
import io.github.npu4j.tokenizer.Vocabulary;
import io.github.npu4j.tokenizer.trie.TokenTrie;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SentencePieceCodecTest {

  @TempDir Path folder;

  static List<RecordedModels.Unigram> models() {
    return RecordedModels.unigram();
  }

  private Tokenizer open(byte[] model) throws IOException {
    return Tokenizer.open(Files.write(folder.resolve("spiece.model"), model));
  }

  @ParameterizedTest
  @MethodSource("models")
  void givesSentencePiecesIdsAndItsTexts(RecordedModels.Unigram recorded) throws IOException {
    try (Tokenizer tokenizer = open(recorded.model())) {
      for (RecordedModels.Case one : recorded.texts()) {
        long[] expected = Arrays.copyOf(one.ids(), one.ids().length + 1);
        expected[one.ids().length] = 1;
        assertArrayEquals(expected, tokenizer.encode(one.text()).ids(), one.text());
      }
      for (RecordedModels.Case one : recorded.ids()) {
        assertEquals(one.text(), tokenizer.decode(one.ids()), Arrays.toString(one.ids()));
      }
      assertTrue(recorded.texts().size() > 80 && recorded.ids().size() > 20);
    }
  }

  @Test
  void readsAndWritesT5NlusSentencesAsSentencePieceDoes() throws Exception {
    Path model = Path.of("models", "t5-nlu", "spiece.model");
    assumeTrue(Files.exists(model), "t5-nlu is not in this copy of the sources");
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(model));
    assertEquals(
        RecordedModels.ownModel(), HexFormat.of().formatHex(digest), "record with reference.py");
    try (Tokenizer tokenizer = Tokenizer.open(model)) {
      for (RecordedModels.Case one : RecordedModels.ownTexts()) {
        long[] ids = tokenizer.encode(one.text()).ids();
        assertArrayEquals(one.ids(), Arrays.copyOf(ids, ids.length - 1), one.text());
        assertEquals(one.text(), tokenizer.decode(ids));
      }
    }
    assertEquals(200, RecordedModels.ownTexts().size());
  }

  @Test
  void cutsTheTextAndKeepsTheEnd() throws IOException {
    byte[] model = SpieceProtos.t5().piece("\u2581", -1).piece("a", -1).piece("b", -2).build();
    try (Tokenizer tokenizer = open(model)) {
      assertArrayEquals(new long[] {3, 4, 5, 4, 1}, tokenizer.encode("aba").ids());
      Encoding cut = tokenizer.encode("aba", 3);
      assertArrayEquals(new long[] {3, 4, 1}, cut.ids());
      assertEquals(5, cut.totalTokens());
      assertTrue(cut.truncated());
      assertArrayEquals(new long[] {1}, tokenizer.encode("aba", 1).ids());
      assertFalse(tokenizer.encode("aba", 5).truncated());
      assertEquals(0, cut.typeId(2));
      assertEquals(1, tokenizer.specialTokens());
      assertEquals(OptionalInt.empty(), tokenizer.declaredMaximum());
      assertThrows(IllegalArgumentException.class, () -> tokenizer.encode("a", 0));
    }
  }

  @Test
  void makesOneUnknownTokenOfSeveralUnknownCharacters() throws IOException {
    byte[] model = SpieceProtos.t5().piece("\u2581", -1).piece("a", -1).build();
    try (Tokenizer tokenizer = open(model)) {
      assertArrayEquals(new long[] {3, 2, 4, 2, 1}, tokenizer.encode("xy\ud83d\ude00az").ids());
      assertArrayEquals(tokenizer.encode("\ufffda").ids(), tokenizer.encode("\ud83da").ids());
      assertEquals("aa", tokenizer.decode(3, 4, 2, 4, 1, 0, 9999));
    }
  }

  @Test
  void endsNoTextWhereTheModelHasNoEnd() throws IOException {
    byte[] model =
        new SpieceProtos().piece("<unk>", 0, SpieceProtos.UNKNOWN).piece("a", -1).build();
    try (Tokenizer tokenizer = open(model)) {
      assertArrayEquals(new long[] {0, 1}, tokenizer.encode("a").ids());
      assertArrayEquals(new long[] {0}, tokenizer.encode("a", 1).ids());
      assertEquals(0, tokenizer.encode("").length());
      assertEquals(OptionalInt.empty(), tokenizer.vocabulary().endToken());
    }
  }

  @Test
  void saysWhatEachTokenStandsFor() throws IOException {
    byte[] model =
        SpieceProtos.t5()
            .piece("\u2581a", -1)
            .allBytes()
            .piece("\u00e9", -2)
            .piece("A", -2)
            .piece("<x>", 0, SpieceProtos.USER_DEFINED)
            .build();
    try (Tokenizer tokenizer = open(model)) {
      Vocabulary vocabulary = tokenizer.vocabulary();
      assertEquals(263, vocabulary.size());
      assertEquals(OptionalInt.of(1), vocabulary.endToken());
      assertTrue(vocabulary.leadingSpace());
      for (int special : new int[] {0, 1, 2, 263, 5000}) {
        assertFalse(vocabulary.isText(special));
        assertEquals(0, vocabulary.text(special).length);
      }
      assertArrayEquals(new byte[] {' ', 'a'}, vocabulary.text(3));
      assertArrayEquals(new byte[] {(byte) 0xc3}, vocabulary.text(4 + 0xc3));
      assertArrayEquals("\u00e9".getBytes(StandardCharsets.UTF_8), vocabulary.text(260));
      assertArrayEquals(new byte[] {'<', 'x', '>'}, vocabulary.text(262));

      TokenTrie trie = vocabulary.trie();
      int letter = trie.child(0, (byte) 'A');
      int first = trie.token(letter);
      assertEquals(261 + 4 + 'A', first + trie.next(first));
      assertEquals(TokenTrie.NONE, trie.next(trie.next(first)));
      int bracket = trie.child(trie.child(trie.child(0, (byte) '<'), (byte) 'x'), (byte) '>');
      assertEquals(262, trie.token(bracket));
      assertEquals(trie.firstChild(bracket), trie.endOfChildren(bracket));
      assertEquals(TokenTrie.NONE, trie.child(bracket, (byte) '>'));
      assertEquals(256, trie.endOfChildren(0) - trie.firstChild(0));
    }
  }

  @Test
  void encodesAMillionCharactersAndRefusesFiveMillion() throws IOException {
    byte[] model = SpieceProtos.t5().piece("\u2581", -1).piece("a", -1).piece("aa", -1.5f).build();
    try (Tokenizer tokenizer = open(model)) {
      assertEquals(500_002, tokenizer.encode("a".repeat(1_000_000)).length());
      String tooLong = "a".repeat(Tokenizer.MAXIMUM_CHARACTERS + 1);
      assertThrows(BadInputException.class, () -> tokenizer.encode(tooLong));
    }
  }
}
