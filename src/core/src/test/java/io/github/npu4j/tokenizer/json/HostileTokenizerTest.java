package io.github.npu4j.tokenizer.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.BadModelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What ends the process inside the native library, ends here in words. */
class HostileTokenizerTest {

  private static final Path FILE = Path.of("tokenizer.json");
  private static final String WORDS =
      "\"model\":{\"type\":\"WordPiece\",\"unk_token\":\"u\",\"continuing_subword_prefix\":\"##\","
          + "\"max_input_chars_per_word\":100,\"vocab\":{\"u\":0,\"a\":1,\"##a\":2,\"x\":3}}";

  private static PipelineCodec open(String members) {
    String json = "{\"version\":\"1.0\"," + members + "}";
    return PipelineCodec.open(FILE, json.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "decoder":{"type":"Fuse","x":1e999}                               | too large
          "decoder":{"type":"WordPiece","prefix":"\\ud800","cleanup":true}  | half a character
          "decoder":{"type":"Strip","content":"ab","start":0,"stop":1}      | one character
          "normalizer":{"pattern":{"String":""},"content":"_"}              | does not say its type
          "normalizer":{"type":"Precompiled","precompiled_charsmap":"?"}    | no base64
          "normalizer":{"type":"Precompiled","precompiled_charsmap":"AAAAAAAA"} | a trie of 0 bytes
          "normalizer":{"type":"Strip","strip_left":true,"strip_right":true},"added_tokens":[{"id":9,"content":" ","normalized":true,"special":false,"single_word":false,"lstrip":false,"rstrip":false}] | leaves nothing of its token
          "pre_tokenizer":{"type":"FixedLength","length":0}                 | pieces of no length
          "pre_tokenizer":{"type":"Split","pattern":{"Regex":"("},"behavior":"Isolated","invert":false} | pattern
          "pre_tokenizer":{"type":"Quantum"}                                | unknown type Quantum
          "post_processor":{"type":"TemplateProcessing","single":[{"Sequence":{"id":"B","type_id":0}}],"pair":[],"special_tokens":{}} | uses the text B
          "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[X]","type_id":0}}],"pair":[],"special_tokens":{}} | does not define it
          "post_processor":{"type":"BertProcessing","sep":["x",-1],"cls":["x",0]} | the id -1
          """)
  void refusesWithAReason(String member, String why) {
    String message =
        assertThrows(BadModelException.class, () -> open(member + "," + WORDS)).getMessage();
    assertTrue(message.contains(why), message);
    assertTrue(message.startsWith("can't read the tokenizer tokenizer.json"), message);
    assertTrue(message.endsWith("that was published with the model."), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"type":"BPE","vocab":{"a":0},"merges":[["a","b"]]}               | the token b
          {"type":"BPE","vocab":{"a":0,"b":1},"merges":["a b"]}             | the token ab
          {"type":"BPE","vocab":{"a":0},"merges":["a"]}                     | is no pair
          {"type":"BPE","vocab":{"a":0},"merges":[],"dropout":0.1}          | by chance
          {"type":"BPE","vocab":{"a":2147483648},"merges":[]}               | no id
          {"type":"BPE","vocab":{"a":2000000000},"merges":[]}               | the id 2000000000
          {"type":"BPE","vocab":{"##":0,"a":1,"a##":2},"continuing_subword_prefix":"###","merges":["a ##"]} | shorter than the prefix
          {"type":"WordPiece","vocab":{"b":0},"unk_token":"u","continuing_subword_prefix":"#","max_input_chars_per_word":9} | the letter a
          {"type":"Unigram","vocab":[["b",0.0]],"unk_id":1}                 | unknown token 1 of 1
          {"type":"Unigram","vocab":[["b",0.0]]}                            | no unknown token
          {"type":"WordLevel","vocab":{"b":0},"unk_token":"u"}              | the letter a
          {"type":"Bigram","vocab":{"b":0}}                                 | unknown type Bigram
          """)
  void refusesModels(String model, String why) {
    String message =
        assertThrows(BadModelException.class, () -> open("\"model\":" + model)).getMessage();
    assertTrue(message.contains(why), message);
  }

  @Test
  void doesNotLetATextGrowWithoutBound() {
    StringBuilder steps = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      steps
          .append(i == 0 ? "" : ",")
          .append(
              "{\"type\":\"Replace\",\"pattern\":{\"String\":\"a\"},\"content\":\"aaaaaaaaaa\"}");
    }
    String normalizer = "\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":[" + steps + "]},";
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> assertThrows(BadModelException.class, () -> open(normalizer + WORDS)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(x+x+)+y\"},"
            + "\"behavior\":\"Isolated\",\"invert\":false}",
        "\"normalizer\":{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"(x+x+)+y\"},"
            + "\"content\":\"q\"}"
      })
  void endsWithPatternsThatExhaustOthers(String member) {
    PipelineCodec codec = open(member + "," + WORDS);
    assertEquals(1, codec.count("x".repeat(50)));
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> assertThrows(BadModelException.class, () -> codec.count("x".repeat(1_000_000))));
  }

  @Test
  void endsWithAHugeTemplate() {
    String ids = "1,".repeat(5000) + "1";
    String member =
        "\"post_processor\":{\"type\":\"TemplateProcessing\",\"single\":[{\"SpecialToken\":"
            + "{\"id\":\"x\",\"type_id\":0}}],\"pair\":[],\"special_tokens\":{\"x\":{\"id\":\"x\","
            + "\"ids\":["
            + ids
            + "],\"tokens\":[]}}},";
    assertThrows(BadModelException.class, () -> open(member + WORDS));
  }

  /** Bytes that are changed anywhere: ids or words, never anything else. */
  @Test
  void answersOrRefusesWhatIsChangedAnywhere() {
    String good =
        "{\"version\":\"1.0\",\"added_tokens\":[{\"id\":3,\"content\":\"x\",\"single_word\":true,"
            + "\"lstrip\":true,\"rstrip\":false,\"normalized\":true,\"special\":true}],"
            + "\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"NFKC\"},"
            + "{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"a{2,}|b+?\"},\"content\":\"ab\"}]},"
            + "\"pre_tokenizer\":{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"Metaspace\","
            + "\"replacement\":\"_\",\"prepend_scheme\":\"first\"},{\"type\":\"Digits\","
            + "\"individual_digits\":true}]},\"decoder\":{\"type\":\"ByteFallback\"},"
            + WORDS
            + "}";
    Random random = new Random(5);
    int answered = 0;
    for (int round = 0; round < 4000; round++) {
      byte[] bytes = good.getBytes(StandardCharsets.UTF_8);
      for (int i = random.nextInt(3); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] =
            (byte)
                (random.nextInt(4) == 0
                    ? random.nextInt(256)
                    : good.charAt(random.nextInt(good.length())));
      }
      try {
        PipelineCodec codec = PipelineCodec.open(FILE, bytes);
        codec.decode(codec.encode("a xab 12 é\u0301 aa", 50).ids());
        answered++;
      } catch (BadModelException refused) {
        assertTrue(refused.getMessage().contains("tokenizer.json"), refused.getMessage());
      }
    }
    assertTrue(answered > 150, answered + " answered");
  }
}
