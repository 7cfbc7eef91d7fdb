package io.github.npu4j.tokenizer.legacy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.testing.SpieceProtos;
import io.github.npu4j.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LegacyFilesTest {

  @TempDir Path folder;

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  @Test
  void readsBertsWordPieces() throws IOException {
    Path file = write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\ncafe\n##s\nCaf\u00e9\n");
    try (Tokenizer tokenizer = Tokenizer.open(file)) {
      assertArrayEquals(new long[] {2, 5, 6, 4, 1, 3}, ids(tokenizer, "Caf\u00e9s [MASK] x"));
      assertEquals("cafes", tokenizer.decode(5, 6));
    }
    write("tokenizer_config.json", "{\"do_lower_case\": false, \"strip_accents\": false}");
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      assertArrayEquals(new long[] {2, 7, 6, 3}, ids(tokenizer, "Caf\u00e9s"));
    }
    write("vocab.txt", "a\nb\n");
    assertThrows(BadModelException.class, () -> Tokenizer.open(file));
  }

  @Test
  void readsGpt2sTwoFiles() throws IOException {
    Path file =
        write(
            "vocab.json",
            "{\"a\":0,\"b\":1,\"\u0120\":2,\"ab\":3,\"\u0120ab\":4,\"<|endoftext|>\":5,\"\\\"\":6}");
    assertThrows(ModelMissingException.class, () -> Tokenizer.open(file));
    write("merges.txt", "#version: 0.2\na b\n\u0120 ab\n");
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      assertArrayEquals(new long[] {3, 4, 0, 5, 6}, ids(tokenizer, "ab aba<|endoftext|>\""));
      assertEquals("ab ab", tokenizer.decode(3, 4, 5));
    }
    write("tokenizer_config.json", "{\"tokenizer_class\": \"CLIPTokenizer\"}");
    String message = assertThrows(BadModelException.class, () -> Tokenizer.open(file)).getMessage();
    assertTrue(message.contains("CLIPTokenizer does more"), message);
  }

  private static SpieceProtos pieces() {
    return SpieceProtos.t5().piece("\u2581", -1).piece("a", -2).piece("\u2581a", -1.5f);
  }

  /** What T5Tokenizer of transformers 4.57.6 does with added tokens, in its old and its new way. */
  @Test
  void knowsTheTokensThatWereAddedToASentencePieceModel() throws IOException {
    Path model = Files.write(folder.resolve("spiece.model"), pieces().build());
    try (Tokenizer bare = Tokenizer.open(model)) {
      assertArrayEquals(new long[] {3, 2, 5, 2, 1}, ids(bare, "{ a}"));
    }
    write("added_tokens.json", "{\"{\": 200, \"}\": 201, \"<extra_id_0>\": 105}");
    write("tokenizer_config.json", "{\"tokenizer_class\": \"T5Tokenizer\", \"extra_ids\": 100}");
    try (Tokenizer old = Tokenizer.open(model)) {
      assertArrayEquals(new long[] {5, 200, 5, 201, 5, 1}, ids(old, "a{ a}a"));
      assertArrayEquals(new long[] {105, 5, 6, 1}, ids(old, "<extra_id_0> a<extra_id_99>"));
      assertEquals("a { a", old.decode(5, 200, 5, 105, 1));
      assertEquals(202, old.vocabulary().size());
    }
    write(
        "tokenizer_config.json",
        "{\"tokenizer_class\": \"T5Tokenizer\", \"extra_ids\": 100, \"legacy\": false}");
    try (Tokenizer newer = Tokenizer.open(model)) {
      assertArrayEquals(new long[] {5, 200, 4, 1}, ids(newer, "a{a"));
      assertArrayEquals(new long[] {105, 5, 1}, ids(newer, "<extra_id_0> a"));
    }
  }

  @Test
  void mergesPairsAsSentencePieceDoes() throws IOException {
    SpieceProtos pairs =
        new SpieceProtos()
            .modelType(2)
            .piece("<unk>", 0, 2)
            .piece("<s>", 0, 3)
            .piece("</s>", 0, 3)
            .piece("\u2581a", 0)
            .piece("bc", -1)
            .piece("ab", -2)
            .piece("a", -10)
            .piece("b", -11)
            .piece("c", -12)
            .piece("\u2581", -13);
    Path model = Files.write(folder.resolve("tokenizer.model"), pairs.build());
    try (Tokenizer bare = Tokenizer.open(model)) {
      assertArrayEquals(new long[] {3, 4, 5, 0, 8}, ids(bare, "abcabxxc"));
    }
    write("tokenizer_config.json", "{\"tokenizer_class\": \"LlamaTokenizer\"}");
    try (Tokenizer llama = Tokenizer.open(folder)) {
      assertArrayEquals(new long[] {1, 3, 2, 3}, ids(llama, "a</s>a"));
    }
    write("tokenizer_config.json", "{\"tokenizer_class\": \"XLNetTokenizer\"}");
    assertThrows(BadModelException.class, () -> Tokenizer.open(folder));
  }

  private static long[] ids(Tokenizer tokenizer, String text) {
    return tokenizer.encode(text).ids();
  }
}
