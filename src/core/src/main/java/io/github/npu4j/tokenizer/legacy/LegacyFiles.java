package io.github.npu4j.tokenizer.legacy;

import io.github.npu4j.tokenizer.codec.TextCodec;
import io.github.npu4j.tokenizer.codec.TokenizerFiles;
import io.github.npu4j.tokenizer.json.PipelineCodec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Older tokenizers of one or two plain files: BERT's list of word pieces and GPT-2's vocabulary
 * with its merges. They are written as the {@code tokenizer.json} that transformers would make of
 * them.
 */
public final class LegacyFiles {

  /** BERT's file: a token a line, its number is its id. */
  public static final String WORD_PIECES = "vocab.txt";

  /** GPT-2's first file: tokens and their ids. */
  public static final String PAIRS_VOCABULARY = "vocab.json";

  private static final String MERGES = "merges.txt";
  private static final String CONFIGURATION = "tokenizer_config.json";
  private static final List<String> BERT_TOKENS =
      List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");
  private static final List<String> ROBERTA_TOKENS =
      List.of("<s>", "<pad>", "</s>", "<unk>", "<mask>");

  /** Classes of transformers that read these two files the way GPT-2 does, and RoBERTa's way. */
  private static final Pattern GPT2 =
      Pattern.compile("GPT2Tokenizer(Fast)?|CodeGenTokenizer(Fast)?");

  private static final Pattern ROBERTA =
      Pattern.compile("(Roberta|Bart|Longformer|LED)Tokenizer(Fast)?");

  private LegacyFiles() {}

  private static Map<String, ?> configuration(Path file) {
    Path beside = file.resolveSibling(CONFIGURATION);
    return Files.isRegularFile(beside) ? SiblingFile.read(beside) : Map.of();
  }

  /**
   * Reads BERT's word pieces.
   *
   * @throws io.github.npu4j.error.BadModelException if it is no such file
   */
  public static TextCodec wordPieces(Path file) {
    Map<String, ?> settings = configuration(file);
    String text = TokenizerFiles.text(file);
    List<String> tokens = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      tokens.add(line.stripTrailing());
    }
    if (tokens.getLast().isEmpty()) {
      tokens.removeLast();
    }
    Set<String> known = new HashSet<>(tokens);
    if (!known.containsAll(BERT_TOKENS.subList(1, 4))) {
      throw TokenizerFiles.refused(file, "it lacks one of [UNK], [CLS] and [SEP]", null);
    }
    JsonText json = new JsonText();
    json.raw("{\"version\":\"1.0\",\"added_tokens\":[");
    boolean first = true;
    for (String token : BERT_TOKENS) {
      if (known.contains(token)) {
        json.raw(first ? "" : ",").addedToken(tokens.lastIndexOf(token), token, false);
        first = false;
      }
    }
    boolean lowercase = !Boolean.FALSE.equals(settings.get("do_lower_case"));
    Object accents = settings.get("strip_accents");
    json.raw("],\"normalizer\":{\"type\":\"BertNormalizer\",\"clean_text\":true,")
        .raw("\"handle_chinese_chars\":")
        .raw(String.valueOf(!Boolean.FALSE.equals(settings.get("tokenize_chinese_chars"))))
        .raw(",\"strip_accents\":")
        .raw(accents instanceof Boolean strip ? strip.toString() : "null")
        .raw(",\"lowercase\":" + lowercase)
        .raw("},\"pre_tokenizer\":{\"type\":\"BertPreTokenizer\"},\"post_processor\":")
        .raw("{\"type\":\"BertProcessing\",\"sep\":[\"[SEP]\"," + tokens.lastIndexOf("[SEP]"))
        .raw("],\"cls\":[\"[CLS]\"," + tokens.lastIndexOf("[CLS]"))
        .raw("]},\"decoder\":{\"type\":\"WordPiece\",\"prefix\":\"##\",\"cleanup\":true},")
        .raw("\"model\":{\"type\":\"WordPiece\",\"unk_token\":\"[UNK]\",")
        .raw("\"continuing_subword_prefix\":\"##\",\"max_input_chars_per_word\":100,\"vocab\":{");
    for (int id = 0; id < tokens.size(); id++) {
      json.raw(id == 0 ? "" : ",").string(tokens.get(id)).raw(":" + id);
    }
    return PipelineCodec.open(file, json.raw("}}}").bytes());
  }

  /**
   * Reads GPT-2's two files.
   *
   * @throws io.github.npu4j.error.BadModelException if they are none, or another tokenizer's
   */
  public static TextCodec pairs(Path file) {
    Map<String, ?> settings = configuration(file);
    String type = settings.get("tokenizer_class") instanceof String name ? name : "GPT2Tokenizer";
    boolean roberta = ROBERTA.matcher(type).matches();
    if (!roberta && !GPT2.matcher(type).matches()) {
      throw TokenizerFiles.refused(
          file, "its class " + type + " does more than these files say", null);
    }
    boolean prefixSpace = Boolean.TRUE.equals(settings.get("add_prefix_space"));
    Map<String, ?> vocabulary = SiblingFile.read(file);
    JsonText json = new JsonText();
    json.raw("{\"version\":\"1.0\",\"added_tokens\":[");
    boolean first = true;
    for (String token : roberta ? ROBERTA_TOKENS : List.of("<|endoftext|>")) {
      if (vocabulary.get(token) instanceof Long id) {
        json.raw(first ? "" : ",").addedToken(id, token, token.equals("<mask>"));
        first = false;
      }
    }
    json.raw("],\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":" + prefixSpace)
        .raw(",\"trim_offsets\":true,\"use_regex\":true},\"post_processor\":");
    if (roberta) {
      json.raw("{\"type\":\"RobertaProcessing\",\"sep\":[\"</s>\"," + vocabulary.get("</s>"))
          .raw("],\"cls\":[\"<s>\"," + vocabulary.get("<s>"))
          .raw("],\"trim_offsets\":true,\"add_prefix_space\":" + prefixSpace + "}");
    } else {
      json.raw("{\"type\":\"ByteLevel\",\"add_prefix_space\":true,\"trim_offsets\":false}");
    }
    json.raw(",\"decoder\":{\"type\":\"ByteLevel\",\"add_prefix_space\":true,")
        .raw("\"trim_offsets\":true},\"model\":{\"type\":\"BPE\",\"vocab\":")
        .raw(TokenizerFiles.text(file))
        .raw(",\"merges\":[");
    boolean firstMerge = true;
    for (String line : TokenizerFiles.text(file.resolveSibling(MERGES)).split("\r?\n")) {
      if (!line.isBlank()) {
        json.raw(firstMerge ? "" : ",").string(line);
        firstMerge = false;
      }
    }
    return PipelineCodec.open(file, json.raw("]}}").bytes());
  }

  /** JSON in the making. */
  private static final class JsonText {

    private final StringBuilder text = new StringBuilder();

    JsonText raw(String part) {
      text.append(part);
      return this;
    }

    JsonText string(String value) {
      text.append('"');
      for (int i = 0; i < value.length(); i++) {
        char unit = value.charAt(i);
        if (unit == '"' || unit == '\\') {
          text.append('\\').append(unit);
        } else if (unit < ' ') {
          text.append("\\u%04x".formatted((int) unit));
        } else {
          text.append(unit);
        }
      }
      text.append('"');
      return this;
    }

    void addedToken(long id, String content, boolean stripLeft) {
      raw("{\"id\":" + id + ",\"content\":").string(content);
      raw(",\"single_word\":false,\"lstrip\":" + stripLeft)
          .raw(",\"rstrip\":false,\"normalized\":false,\"special\":true}");
    }

    byte[] bytes() {
      return text.toString().getBytes(StandardCharsets.UTF_8);
    }
  }
}
