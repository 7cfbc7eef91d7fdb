package io.github.npu4j.tokenizer.sentencepiece;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.tokenizer.Tokenizer;
import io.github.npu4j.tokenizer.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The native library with a tokenizer.json of ours, against SentencePiece's own answers. */
class SentencePieceJsonIT {

  /** What {@link SentencePieceModel#tokenizerJson} says is done otherwise; and odd whitespace. */
  private static final Pattern OTHERWISE =
      Pattern.compile(
          "</s>|<unk>|\\p{M}|[\u1100-\u11ff]|a{30}|(ha){30}|\u00a8|\u0001|\r\n"
              + "|  x|\\[x|^\\s*\u2581");

  @TempDir Path folder;

  static List<RecordedModels.Unigram> models() {
    return RecordedModels.unigram();
  }

  @ParameterizedTest
  @MethodSource("models")
  void givesSentencePiecesIds(RecordedModels.Unigram recorded) throws IOException {
    int compared = 0;
    try (Tokenizer tokenizer = open(recorded, 0)) {
      for (RecordedModels.Case one : recorded.texts()) {
        if (!OTHERWISE.matcher(one.text()).find()) {
          long[] expected = Arrays.copyOf(one.ids(), one.ids().length + 1);
          expected[one.ids().length] = 1;
          assertArrayEquals(expected, tokenizer.encode(one.text()).ids(), one.text());
          assertEquals(own(recorded).decode(one.ids()), tokenizer.decode(one.ids()), one.text());
          compared++;
        }
      }
    }
    assertTrue(compared > 25, compared + " texts");
  }

  private Tokenizer open(RecordedModels.Unigram recorded, int sentinels) throws IOException {
    byte[] json = SentencePieceModel.read(recorded.writeTo(folder)).tokenizerJson(sentinels);
    return Tokenizer.open(Files.write(folder.resolve("tokenizer.json"), json));
  }

  private Tokenizer own(RecordedModels.Unigram recorded) throws IOException {
    return Tokenizer.open(recorded.writeTo(folder));
  }

  @Test
  void takesSentinelsOutOfATextAndLeavesThemOutOfOne() throws IOException {
    RecordedModels.Unigram t5 = RecordedModels.unigram().getFirst();
    try (Tokenizer tokenizer = open(t5, 100);
        Tokenizer plain = own(t5)) {
      int size = plain.vocabulary().size();
      long[] ids = tokenizer.encode("wake <extra_id_0> at <extra_id_99>").ids();
      long[] wake = plain.encode("wake").ids();
      assertArrayEquals(Arrays.copyOf(wake, wake.length - 1), Arrays.copyOf(ids, wake.length - 1));
      assertEquals(size + 99, ids[wake.length - 1]);
      assertEquals(size, ids[ids.length - 2]);
      assertEquals("wake at", tokenizer.decode(ids));
    }
  }

  @Test
  void tellsTheSameVocabulary() throws IOException {
    for (RecordedModels.Unigram recorded : RecordedModels.unigram()) {
      try (Tokenizer json = open(recorded, 0);
          Tokenizer plain = own(recorded)) {
        Vocabulary expected = plain.vocabulary();
        Vocabulary vocabulary = json.vocabulary();
        assertEquals(expected.size(), vocabulary.size(), recorded.name());
        assertEquals(expected.endToken(), vocabulary.endToken(), recorded.name());
        for (int id = 0; id < expected.size(); id++) {
          assertArrayEquals(expected.text(id), vocabulary.text(id), recorded.name() + " " + id);
        }
      }
    }
  }
}
