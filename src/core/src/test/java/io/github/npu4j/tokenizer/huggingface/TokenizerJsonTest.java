package io.github.npu4j.tokenizer.huggingface;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the native library does not survive; each was seen to end a process. */
class TokenizerJsonTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "decoder":{"type":"Strip","content":" ","start":0,"stop":1}                  | strips the end
          "decoder":{"type":"Sequence","decoders":[{"type":"Fuse"},{"type":"Strip","content":"a","start":1,"stop":5}]} | strips the end
          "pre_tokenizer":{"type":"FixedLength","length":0}                            | pieces of no length
          "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"FixedLength","length":0}]} | pieces of no length
          "normalizer":{"type":"Prepend","prepend":""}                                 | puts nothing in front
          "normalizer":{"type":"Replace","pattern":{"String":""},"content":"b"}        | may be nothing
          "normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Replace","pattern":{"Regex":"(?=a)"},"content":"b"}]} | may be nothing
          "model":{"type":"BPE","continuing_subword_prefix":"##","merges":["a b"]}     | merges b
          "model":{"merges":[["a","é"]],"continuing_subword_prefix":"#","type":"BPE"}  | merges é
          "model":{"continuing_subword_prefix":"##","merges":["a"]}                    | merges a
          """)
  void refusesWhatWouldEndTheProcess(String member, String why) {
    String defect = TokenizerJson.defect("{\"version\":\"1.0\"," + member + "}");
    assertNotNull(defect);
    assertTrue(defect.contains(why), defect);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"decoder\":{\"type\":\"Strip\",\"content\":\" \",\"start\":1,\"stop\":0}",
        "\"decoder\":null,\"normalizer\":null,\"pre_tokenizer\":null,\"added_tokens\":[]",
        "\"pre_tokenizer\":{\"type\":\"FixedLength\",\"length\":3}",
        "\"normalizer\":{\"type\":\"Replace\",\"pattern\":{\"Regex\":\" {2,}\"},\"content\":\"_\"}",
        "\"normalizer\":{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"a*\"},\"content\":\"\"}",
        "\"normalizer\":{\"type\":\"NFC\"},\"added_tokens\":[{\"content\":\""
            + " \",\"normalized\":true}]",
        "\"normalizer\":{\"type\":\"Strip\"},\"added_tokens\":[{\"content\":\" \","
            + "\"normalized\":false}]",
        "\"normalizer\":{\"type\":\"Strip\"},\"added_tokens\":[{\"content\":\"\",\"normalized\":true}]",
        "\"model\":{\"type\":\"BPE\",\"continuing_subword_prefix\":\"##\",\"merges\":[\"a ##b\"]}",
        "\"model\":{\"type\":\"BPE\",\"continuing_subword_prefix\":\"\",\"merges\":[\"a b\"]}",
        "\"model\":{\"type\":\"BPE\",\"continuing_subword_prefix\":null,\"merges\":[[\"a\",\"b\"]]}"
      })
  void passesWhatTheLibraryTakes(String member) {
    assertNull(TokenizerJson.defect("{\"version\":\"1.0\"," + member + "}"));
  }
}
