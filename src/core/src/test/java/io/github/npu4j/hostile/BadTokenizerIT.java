package io.github.npu4j.hostile;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BadTokenizerIT {

  private static final byte[] GOOD =
      """
      {"version":"1.0","truncation":{"max_length":128,"strategy":"LongestFirst","stride":0,
      "direction":"Right"},"padding":{"strategy":{"Fixed":128},"direction":"Right","pad_id":0,
      "pad_to_multiple_of":null,"pad_type_id":0,"pad_token":"[PAD]"},"added_tokens":[
      {"id":0,"content":"[PAD]","single_word":false,"lstrip":false,"rstrip":false,
      "normalized":false,"special":true},{"id":2,"content":"[CLS]","single_word":false,
      "lstrip":false,"rstrip":false,"normalized":false,"special":true}],
      "normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,
      "strip_accents":null,"lowercase":true},"pre_tokenizer":{"type":"BertPreTokenizer"},
      "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]",
      "type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[{"Sequence":{"id":"A",
      "type_id":0}},{"Sequence":{"id":"B","type_id":1}}],"special_tokens":{"[CLS]":{"id":"[CLS]",
      "ids":[2],"tokens":["[CLS]"]}}},"decoder":{"type":"WordPiece","prefix":"##","cleanup":true},
      "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##",
      "max_input_chars_per_word":100,"vocab":{"[PAD]":0,"[UNK]":1,"[CLS]":2,"a":3,"##b":4}}}
      """
          .getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  @Test
  void refusesEveryBadFileInWords() throws IOException {
    Path good = Files.write(folder.resolve("tokenizer.json"), GOOD);
    read(good);

    Refusals refusals = new Refusals(Set.of(BadModelException.class));
    for (Map.Entry<String, byte[]> foreign : ForeignFiles.byKind().entrySet()) {
      expect(refusals, foreign.getKey(), foreign.getValue());
    }
    int whole = new String(GOOD, StandardCharsets.UTF_8).stripTrailing().length();
    for (int length = 0; length < whole; length += 13) {
      expect(refusals, "cut at " + length, Damage.truncated(GOOD, length));
    }
    expect(
        refusals,
        "undefined token",
        edited(
            "\"single\":[{\"SpecialToken\":{\"id\":\"[CLS]\"",
            "\"single\":[{\"SpecialToken\":{\"id\":\"[SEP]\""));
    expect(
        refusals,
        "no tokens",
        edited("\"special_tokens\":{\"[CLS]\"", "\"special_tokens\":{\"x\""));
    expect(refusals, "NUL in a string", edited("\"##\",\"cleanup\"", "\"#\0\",\"cleanup\""));
    expect(
        refusals,
        "end stripped",
        edited("{\"type\":\"WordPiece\",\"prefix\"", "{\"type\":\"Strip\",\"content\""));
    refusals.check();
    assertTrue(refusals.files() > 100, () -> "only " + refusals.files() + " files");
  }

  @Test
  void readsOrRefusesWhatIsChangedAnywhere() throws IOException {
    Refusals refusals = new Refusals(Set.of(BadModelException.class));
    for (int seed = 0; seed < 300; seed++) {
      Path file = folder.resolve("tokenizer.json");
      Files.write(file, Damage.changed(GOOD, 0, GOOD.length, 1 + seed % 8, seed));
      refusals.mayRefuse("changed " + seed, () -> read(file));
    }
    refusals.check();
  }

  private static byte[] edited(String part, String replacement) {
    String text = new String(GOOD, StandardCharsets.UTF_8);
    assertTrue(text.contains(part), part);
    return text.replace(part, replacement).getBytes(StandardCharsets.UTF_8);
  }

  private void expect(Refusals refusals, String name, byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("tokenizer.json"), content);
    refusals.expect(name, () -> read(file));
  }

  private void read(Path file) {
    try (Tokenizer tokenizer = Tokenizer.open(file)) {
      tokenizer.encode("a text of several words, abab");
    }
  }
}
