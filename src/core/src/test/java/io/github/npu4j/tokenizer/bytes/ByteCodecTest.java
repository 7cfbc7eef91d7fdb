package io.github.npu4j.tokenizer.bytes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.tokenizer.Encoding;
import io.github.npu4j.tokenizer.Tokenizer;
import io.github.npu4j.tokenizer.sentencepiece.RecordedModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteCodecTest {

  private static final String BYT5 = "{\"tokenizer_class\":\"ByT5Tokenizer\",\"extra_ids\":0}";

  @TempDir Path folder;

  private Tokenizer open(String configuration) throws IOException {
    Path file = Files.writeString(folder.resolve("tokenizer_config.json"), configuration);
    return Tokenizer.open(file);
  }

  @Test
  void givesTheIdsAndTextsOfTransformers() throws IOException {
    try (Tokenizer tokenizer =
        open("{\"added\":{\"x\":[1]},\"tokenizer_class\":\"ByT5Tokenizer\",\"extra_ids\":125}")) {
      for (RecordedModels.Case one : RecordedModels.byteTexts()) {
        assertArrayEquals(one.ids(), tokenizer.encode(one.text()).ids(), one.text());
      }
      for (RecordedModels.Case one : RecordedModels.byteIds()) {
        assertEquals(one.text(), tokenizer.decode(one.ids()), Arrays.toString(one.ids()));
      }
      assertTrue(RecordedModels.byteTexts().size() > 80);
      assertEquals(384, tokenizer.vocabulary().size());
      assertEquals(OptionalInt.of(1), tokenizer.vocabulary().endToken());
      assertFalse(tokenizer.vocabulary().leadingSpace());
      assertFalse(tokenizer.vocabulary().isText(259));
      assertArrayEquals(new byte[] {(byte) 0xff}, tokenizer.vocabulary().text(258));
    }
  }

  @Test
  void hasAsManySentinelsAsTheConfigurationSays() throws IOException {
    try (Tokenizer few = open(BYT5.replace(":0", ":2"))) {
      assertArrayEquals(new long[] {260, 1}, few.encode("<extra_id_1>").ids());
      assertEquals(13, few.encode("<extra_id_2>").length());
      assertEquals(261, few.vocabulary().size());
    }
    try (Tokenizer all = open("{\"tokenizer_class\":\"ByT5Tokenizer\"}")) {
      assertEquals(384, all.vocabulary().size());
    }
  }

  @Test
  void cutsTheTextAndKeepsTheEnd() throws IOException {
    try (Tokenizer tokenizer = open(BYT5)) {
      Encoding cut = tokenizer.encode("abc", 3);
      assertArrayEquals(new long[] {100, 101, 1}, cut.ids());
      assertEquals(4, cut.totalTokens());
      assertArrayEquals(new long[] {1}, tokenizer.encode("", 1).ids());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                                  | it names no class
          {"tokenizer_class":"T5Tokenizer"}                   | its class T5Tokenizer needs a file
          {"tokenizer_class":"ByT5Tokenizer","extra_ids":-1}  | it has -1 extra ids
          {"tokenizer_class":"ByT5Tokenizer",                 | Unexpected
          []                                                  | it is not a JSON object
          """)
  void refusesWhatIsNotByT5s(String configuration, String why) throws IOException {
    String message = assertThrows(BadModelException.class, () -> open(configuration)).getMessage();
    assertTrue(message.contains(why), message);
  }
}
