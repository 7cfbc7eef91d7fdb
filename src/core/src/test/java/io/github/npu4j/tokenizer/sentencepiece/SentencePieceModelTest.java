package io.github.npu4j.tokenizer.sentencepiece;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.testing.SpieceProtos;
import io.github.npu4j.tokenizer.normalize.CharsmapTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentencePieceModelTest {

  @TempDir Path folder;

  private SentencePieceModel read(SpieceProtos proto) throws IOException {
    return SentencePieceModel.read(Files.write(folder.resolve("spiece.model"), proto.build()));
  }

  private static JsonNode json(SentencePieceModel model, int sentinels) throws IOException {
    return new ObjectMapper().readTree(model.tokenizerJson(sentinels));
  }

  private String refusal(SpieceProtos proto) {
    return assertThrows(BadModelException.class, () -> read(proto)).getMessage();
  }

  @Test
  void keepsIdsScoresAndTheUnknownPiece() throws IOException {
    SentencePieceModel model =
        read(SpieceProtos.t5().piece("\u2581", -2).piece("a", -3.25f).piece("\u2581ab", -1.5f));
    assertEquals(6, model.size());
    assertEquals(OptionalInt.of(1), model.endToken());
    JsonNode json = json(model, 0);
    assertEquals(2, json.at("/model/unk_id").asInt());
    assertEquals(6, json.at("/model/vocab").size());
    assertEquals("a", json.at("/model/vocab/4/0").asText());
    assertEquals(-3.25, json.at("/model/vocab/4/1").asDouble());
    assertFalse(json.at("/model/byte_fallback").asBoolean());
    assertEquals(3, json.get("added_tokens").size());
    assertEquals("</s>", json.at("/post_processor/single/1/SpecialToken/id").asText());
  }

  @Test
  void putsTheSentinelsBehindThePiecesTheHighestFirst() throws IOException {
    SentencePieceModel model = read(SpieceProtos.t5().piece("a", -1));
    assertEquals(0, model.sentinels(4));
    assertEquals(0, model.sentinels(3));
    assertEquals(7, model.sentinels(11));
    assertEquals(100, model.sentinels(132));
    JsonNode json = json(model, 2);
    assertEquals("<extra_id_1>", json.at("/model/vocab/4/0").asText());
    assertEquals("<extra_id_0>", json.at("/model/vocab/5/0").asText());
    assertEquals(5, json.at("/added_tokens/4/id").asInt());
    assertEquals("<extra_id_0>", json.at("/added_tokens/4/content").asText());
    assertTrue(json.at("/added_tokens/4/special").asBoolean());
  }

  @Test
  void makesAUserDefinedPieceBetterThanItsLetters() throws IOException {
    SentencePieceModel model =
        read(SpieceProtos.t5().piece("a", -2).piece("<sep>", 0, SpieceProtos.USER_DEFINED));
    assertEquals(5 * -2 - 0.1, json(model, 0).at("/model/vocab/4/1").asDouble());
  }

  @Test
  void leavesOutTheWhitespaceRulesThatTheModelDoesNotHave() throws IOException {
    JsonNode all = json(read(SpieceProtos.t5()), 0);
    assertEquals(5, all.at("/normalizer/normalizers").size());
    JsonNode none = json(read(SpieceProtos.t5().whitespace(false, false, false)), 0);
    assertEquals(0, none.at("/normalizer/normalizers").size());
    assertEquals("Fuse", none.at("/decoder/decoders/1/type").asText());
    assertNull(none.at("/decoder/decoders").get(2));
  }

  @Test
  void refusesModelsOfOtherKinds() {
    assertTrue(refusal(SpieceProtos.t5().modelType(4)).contains("a character model"));
    assertTrue(refusal(SpieceProtos.t5().modelType(9)).contains("of kind 9"));
  }

  @Test
  void refusesPiecesThatSentencePieceRefuses() {
    assertTrue(refusal(new SpieceProtos()).contains("no pieces"));
    assertTrue(refusal(new SpieceProtos().piece("a", 0)).contains("no unknown piece"));
    assertTrue(refusal(SpieceProtos.t5().piece("?", 0, 2)).contains("two unknown pieces"));
    assertTrue(refusal(SpieceProtos.t5().piece("a", 0).piece("a", 1)).contains("piece a twice"));
    assertTrue(refusal(SpieceProtos.t5().piece("", 0)).contains("an empty piece"));
    assertTrue(refusal(SpieceProtos.t5().piece("a", Float.NaN)).contains("score NaN"));
    assertTrue(refusal(SpieceProtos.t5().piece("a", 0, 7)).contains("type 7"));
    assertTrue(refusal(SpieceProtos.t5().piece("a", 0, 5)).contains("unused piece a"));
    assertTrue(refusal(SpieceProtos.t5().piece("<0x41>", 0, 6)).contains("1 of the 256 bytes"));
    assertTrue(refusal(SpieceProtos.t5().piece("A", 0, 6)).contains("piece A is no byte"));
  }

  @Test
  void survivesEveryTruncationAndThousandsOfChangedBytes() throws IOException {
    byte[] sound =
        SpieceProtos.t5().piece("a", -1).allBytes().charsmap(CharsmapTest.twoRules()).build();
    Path file = folder.resolve("damaged.model");
    for (int length = 0; length < sound.length; length++) {
      refusesOrReads(Files.write(file, Arrays.copyOf(sound, length)));
    }
    Random random = new Random(1);
    for (int round = 0; round < 3000; round++) {
      byte[] damaged = sound.clone();
      for (int i = random.nextInt(8); i >= 0; i--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      refusesOrReads(Files.write(file, damaged));
    }
  }

  private static void refusesOrReads(Path file) {
    try {
      assertTrue(SentencePieceModel.read(file).tokenizerJson(1).length > 100);
    } catch (BadModelException refused) {
      assertTrue(refused.getMessage().contains("damaged.model"), refused.getMessage());
    }
  }

  @Test
  void saysThatAFileIsMissing() {
    assertThrows(
        ModelMissingException.class, () -> SentencePieceModel.read(folder.resolve("none.model")));
    assertThrows(BadModelException.class, () -> SentencePieceModel.read(folder));
  }
}
