package io.github.npu4j.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerIT {

  @TempDir static Path folder;
  private static Path file;
  private static Tokenizer tokenizer;

  @BeforeAll
  static void open() throws IOException {
    file = folder.resolve("tokenizer.json");
    try (InputStream in =
        TokenizerIT.class.getResourceAsStream("/all-minilm-l6-v2-tokenizer.json")) {
      Files.copy(in, file);
    }
    tokenizer = Tokenizer.open(file);
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @Test
  void readsTheFileAsItIsNow(@TempDir Path own) throws IOException {
    Path changing = Files.copy(file, own.resolve("tokenizer.json"));
    String text = "caf\u00e9 \u65e5\u672c \ud83d\ude00 na\u00efve";
    try (Tokenizer opened = Tokenizer.open(changing);
        Tokenizer found = Tokenizer.open(own)) {
      assertArrayEquals(tokenizer.encode(text).ids(), opened.encode(text).ids());
      assertArrayEquals(tokenizer.encode(text).ids(), found.encode(text).ids());
      assertEquals(tokenizer.declaredMaximum(), opened.declaredMaximum());
    }
    Files.writeString(changing, "{\"version\": ");
    assertThrows(BadModelException.class, () -> Tokenizer.open(changing));
    Files.delete(changing);
    assertThrows(ModelMissingException.class, () -> Tokenizer.open(own));
  }

  @Test
  void givesTheIdsOfTheReference() throws IOException {
    JsonNode reference;
    try (InputStream in = TokenizerIT.class.getResourceAsStream("/embedding/minilm.json")) {
      reference = new ObjectMapper().readTree(in);
    }
    int maximum = reference.get("maximum").asInt();
    int compared = 0;
    for (JsonNode one : reference.get("cases")) {
      long[] expected = new ObjectMapper().convertValue(one.at("/query/ids"), long[].class);
      Encoding encoding = tokenizer.encode(one.get("text").asText(), maximum);
      assertArrayEquals(expected, encoding.ids(), one.get("text").asText());
      assertEquals(one.at("/query/truncated").asBoolean(), encoding.truncated());
      compared++;
    }
    assertEquals(12, compared);
  }

  @Test
  void neitherPadsNorTruncatesUnlessTold() {
    assertEquals(OptionalInt.of(128), tokenizer.declaredMaximum());
    Encoding encoding = tokenizer.encode("word ".repeat(300));
    assertEquals(302, encoding.length());
    assertFalse(encoding.truncated());
    assertEquals(3, tokenizer.encode("word").length());
  }

  @Test
  void cutsTheTextAndKeepsTheSpecialTokens() {
    Encoding whole = tokenizer.encode("one two three four five");
    assertArrayEquals(new long[] {101, 2028, 2048, 2093, 2176, 2274, 102}, whole.ids());
    Encoding cut = tokenizer.encode("one two three four five", 4);
    assertArrayEquals(new long[] {101, 2028, 2048, 102}, cut.ids());
    assertEquals(7, cut.totalTokens());
    assertTrue(cut.truncated());
    assertArrayEquals(new long[] {101, 102}, tokenizer.encode("one two", 2).ids());
    assertEquals(2, tokenizer.specialTokens());
    assertThrows(IllegalArgumentException.class, () -> tokenizer.encode("one", 1));
  }

  @Test
  void takesTheTextsOwnSpecialTokensForTextWhenItCuts() {
    Encoding cut = tokenizer.encode("one two three [SEP]", 5);
    assertArrayEquals(new long[] {101, 2028, 2048, 2093, 102}, cut.ids());
  }

  @Test
  void encodesAnyString() {
    assertArrayEquals(new long[] {101, 102}, tokenizer.encode("").ids());
    assertArrayEquals(new long[] {101, 102}, tokenizer.encode(" \t\n").ids());
    assertArrayEquals(tokenizer.encode("ab").ids(), tokenizer.encode("a\0b").ids());
    assertArrayEquals(tokenizer.encode("a \ufffd b").ids(), tokenizer.encode("a \ud83d b").ids());
    assertArrayEquals(
        tokenizer.encode("\ufffd\ud83d\ude00").ids(), tokenizer.encode("\ude00\ud83d\ude00").ids());
    assertArrayEquals(tokenizer.encode("x \ufffd").ids(), tokenizer.encode("x \ud83d").ids());
  }

  @Test
  void encodesAMillionCharacters() {
    assertArrayEquals(new long[] {101, 100, 102}, tokenizer.encode("x".repeat(1_000_000)).ids());
    Encoding words = tokenizer.encode("word ".repeat(200_000), 256);
    assertEquals(256, words.length());
    assertEquals(200_002, words.totalTokens());
  }

  @Test
  void refusesATextThatMemoryMayNotHold() {
    String text = "x".repeat(Tokenizer.MAXIMUM_CHARACTERS + 1);
    String message =
        assertThrows(BadInputException.class, () -> tokenizer.encode(text)).getMessage();
    assertTrue(message.contains("Split it."), message);
  }

  @Test
  void decodes() {
    Encoding encoding = tokenizer.encode("hello world");
    assertEquals("hello world", tokenizer.decode(encoding.ids()));
    assertEquals("hello", tokenizer.decode(101, 7592, 29_999_999, 102));
    assertEquals("", tokenizer.decode());
    assertThrows(IllegalArgumentException.class, () -> tokenizer.decode(-1));
    assertThrows(IllegalArgumentException.class, () -> tokenizer.decode(1L << 31));
  }

  @Test
  void encodesListsInOrder() {
    List<Encoding> encodings = tokenizer.encodeAll(List.of("one", "", "one two three"), 4);
    assertEquals(List.of(3, 2, 4), encodings.stream().map(Encoding::length).toList());
  }

  @Test
  void givesEveryThreadTheSameIds() throws Exception {
    String[] texts = {"one", "two words", "three of them", "é ü 東京", "word ".repeat(500)};
    List<long[]> expected = Arrays.stream(texts).map(t -> tokenizer.encode(t).ids()).toList();
    List<Callable<Integer>> tasks = new ArrayList<>();
    for (int task = 0; task < 8; task++) {
      int first = task;
      tasks.add(() -> {
        for (int i = first; i < first + 500; i++) {
          int at = i % texts.length;
          assertArrayEquals(expected.get(at), tokenizer.encode(texts[at]).ids());
        }
        return 500;
      });
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<Integer> done : threads.invokeAll(tasks)) {
        assertEquals(500, done.get());
      }
    }
  }

  @Test
  void closesOnceWhileOthersEncode() throws Exception {
    Tokenizer other = Tokenizer.open(file);
    CountDownLatch started = new CountDownLatch(8);
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<String>> ends = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        ends.add(
            threads.submit(() -> {
              started.countDown();
              try {
                while (true) {
                  other.encode("a text that is long enough to be in flight");
                }
              } catch (IllegalStateException closed) {
                return closed.getMessage();
              }
            }));
      }
      started.await();
      Thread.sleep(20);
      other.close();
      other.close();
      for (Future<String> end : ends) {
        assertTrue(end.get().endsWith("is closed"), end.get());
      }
    }
    assertThrows(IllegalStateException.class, () -> other.decode(101));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not JSON",
        "[]",
        "{}",
        "{\"version\":\"1.0\"",
        "{\"version\":\"1.0\",\"model\":{\"type\":\"WordPiece\",\"vocab\":{}}}",
        "{\"version\":\"1.0\",\"model\":{\"type\":\"WordPiece\",\"unk_token\":\"[UNK]\","
            + "\"continuing_subword_prefix\":\"##\",\"max_input_chars_per_word\":100,"
            + "\"vocab\":{\"a\":-1}}}",
      })
  void refusesWhatIsNoTokenizer(String content) throws IOException {
    Path bad = Files.writeString(folder.resolve("bad.json"), content);
    String message = assertThrows(BadModelException.class, () -> Tokenizer.open(bad)).getMessage();
    assertTrue(message.startsWith("can't read the tokenizer " + bad), message);
    assertTrue(message.endsWith("Use the tokenizer.json that was published with the model."));
  }

  @Test
  void refusesATokenizerThatCantEncode() throws IOException {
    // Its unknown token is not in its vocabulary: the library notices when it needs it.
    Path bad =
        Files.writeString(
            folder.resolve("bad.json"),
            """
            {"version":"1.0","pre_tokenizer":{"type":"BertPreTokenizer"},"model":{
            "type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##",
            "max_input_chars_per_word":100,"vocab":{"b":0}}}\
            """);
    String message = assertThrows(BadModelException.class, () -> Tokenizer.open(bad)).getMessage();
    assertTrue(message.contains("can't encode the letter a"), message);
  }

  @Test
  void givesNoTokensForNoTextWhenTheTemplateHasNone() throws IOException {
    Path plain =
        Files.writeString(
            folder.resolve("plain.json"),
            """
            {"version":"1.0","pre_tokenizer":{"type":"BertPreTokenizer"},"model":{
            "type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##",
            "max_input_chars_per_word":100,"vocab":{"[UNK]":0,"a":1}}}\
            """);
    try (Tokenizer bare = Tokenizer.open(plain)) {
      assertEquals(OptionalInt.empty(), bare.declaredMaximum());
      assertEquals(0, bare.encode("").length());
      assertArrayEquals(new long[] {1, 0}, bare.encode("a b").ids());
      assertArrayEquals(new long[] {1}, bare.encode("a b", 1).ids());
    }
  }

  @Test
  void getsAlongWithDjlItself() throws IOException {
    String before = System.setProperty("ai.djl.offline", "true");
    try (HuggingFaceTokenizer theirs =
        HuggingFaceTokenizer.newInstance(file, Map.of("padding", "false", "maxLength", "128"))) {
      String text = "Two loaders, one library.";
      assertArrayEquals(theirs.encode(text).getIds(), tokenizer.encode(text).ids());
      try (Tokenizer another = Tokenizer.open(file)) {
        assertArrayEquals(theirs.encode(text).getIds(), another.encode(text).ids());
      }
    } finally {
      if (before == null) {
        System.clearProperty("ai.djl.offline");
      } else {
        System.setProperty("ai.djl.offline", before);
      }
    }
  }

  @Test
  void refusesAMissingFileAndBytesThatAreNoText() throws IOException {
    Path missing = folder.resolve("no.json");
    assertThrows(ModelMissingException.class, () -> Tokenizer.open(missing));
    Path latin = Files.write(folder.resolve("latin.json"), new byte[] {'{', (byte) 0xe9, '}'});
    assertTrue(
        assertThrows(BadModelException.class, () -> Tokenizer.open(latin))
            .getMessage()
            .contains("UTF-8"));
  }

  @Test
  void doesNotApplyTheFilesHostileTruncation() throws IOException {
    // The library's own truncation panics, which ends the process, if the stride is too long.
    String json =
        Files.readString(file, StandardCharsets.UTF_8)
            .replace("\"stride\": 0", "\"stride\": 1000")
            .replace("\"stride\":0", "\"stride\":1000");
    Path hostile = Files.writeString(folder.resolve("hostile.json"), json);
    assertTrue(json.contains("1000"));
    try (Tokenizer opened = Tokenizer.open(hostile)) {
      assertEquals(302, opened.encode("word ".repeat(300)).length());
    }
  }
}
