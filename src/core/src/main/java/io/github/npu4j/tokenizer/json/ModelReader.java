package io.github.npu4j.tokenizer.json;

import io.github.npu4j.tokenizer.model.BpeModel;
import io.github.npu4j.tokenizer.model.TokenTable;
import io.github.npu4j.tokenizer.model.UnigramModel;
import io.github.npu4j.tokenizer.model.WordLevelModel;
import io.github.npu4j.tokenizer.model.WordPieceModel;
import io.github.npu4j.tokenizer.pipeline.Model;
import io.github.npu4j.tokenizer.pipeline.TokenizerDefect;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the model of a {@code tokenizer.json}, its large parts without making objects of them. */
final class ModelReader {

  private static final String OWNER = "its model";
  private static final int NOT_SEEN = -1;

  /** About how much of a file a token takes. */
  private static final int BYTES_PER_TOKEN = 24;

  private final JsonReader json;
  private final Map<String, @Nullable Object> small = new HashMap<>();
  private final TokenTable.Builder tokens;
  private double[] scores = {};
  private int scored;
  private boolean hasVocabulary;
  private int merges = NOT_SEEN;
  private @Nullable TokenTable table;
  private @Nullable MergeReader mergeReader;
  private String prefixOfMerges = "";

  private ModelReader(JsonReader json) {
    this.json = json;
    this.tokens = new TokenTable.Builder(json.size() / BYTES_PER_TOKEN);
  }

  /** Reads a model. What it has to do depends on the pre-tokenizer, which may come later. */
  static ModelReader read(JsonReader json) {
    ModelReader reader = new ModelReader(json);
    reader.members();
    return reader;
  }

  private void members() {
    if (!json.isObject()) {
      throw new TokenizerDefect("its model is no object");
    }
    json.beginObject();
    for (boolean first = true; json.nextMember(first); first = false) {
      if (json.is("vocab") && hasVocabulary) {
        throw new TokenizerDefect("its model has two vocabularies");
      } else if (json.is("vocab") && json.isObject()) {
        vocabulary();
      } else if (json.is("vocab") && json.isArray()) {
        scoredVocabulary();
      } else if (json.is("merges")) {
        merges = json.position();
        if (hasVocabulary && scored == 0) {
          readMerges();
        } else {
          json.skip();
        }
      } else {
        String name = json.text();
        small.put(name, json.readValue());
      }
    }
  }

  private void vocabulary() {
    hasVocabulary = true;
    VocabularyLoop.read(json, tokens);
  }

  private void scoredVocabulary() {
    hasVocabulary = true;
    scores = new double[1 << 10];
    json.beginArray();
    for (boolean first = true; json.nextItem(first); first = false) {
      json.beginArray();
      if (!json.nextItem(true)) {
        throw json.malformed("a token has no text");
      }
      json.readString();
      byte[] text = Arrays.copyOfRange(json.string(), json.stringStart(), json.stringEnd());
      if (!json.nextItem(false)) {
        throw json.malformed("a token has no score");
      }
      if (scored == scores.length) {
        scores = Arrays.copyOf(scores, 2 * scored);
      }
      scores[scored] = json.readNumber();
      tokens.add(text, 0, text.length, scored++);
      if (json.nextItem(false)) {
        throw json.malformed("a token has more than a score");
      }
    }
  }

  /** Returns the type; older files leave it to what the model has. */
  String type() {
    return small.get("type") instanceof String type
        ? type
        : merges != NOT_SEEN
            ? "BPE"
            : scored > 0
                ? "Unigram"
                : small.containsKey("continuing_subword_prefix") ? "WordPiece" : "WordLevel";
  }

  /** Returns whether the model writes what it does not know as bytes. */
  boolean hasByteFallback() {
    return Boolean.TRUE.equals(small.get("byte_fallback"));
  }

  /** Returns whether pieces may be handed to the model as bytes. */
  boolean takesBytes() {
    Fields fields = new Fields(OWNER, small);
    return type().equals("BPE")
        && fields.text("continuing_subword_prefix", "").isEmpty()
        && fields.text("end_of_word_suffix", "").isEmpty()
        && !fields.flag("byte_fallback", false);
  }

  /**
   * Returns the model.
   *
   * @param bytes whether pieces are handed to it as bytes
   */
  Model model(boolean bytes) {
    Fields fields = new Fields(OWNER, small);
    if (!hasVocabulary) {
      throw fields.wrong("has no vocabulary");
    }
    String type = type();
    return switch (type) {
      case "WordPiece" ->
          new WordPieceModel(
              table(),
              fields.text("unk_token"),
              fields.text("continuing_subword_prefix"),
              fields.number("max_input_chars_per_word"));
      case "WordLevel" -> new WordLevelModel(table(), fields.text("unk_token"));
      case "Unigram" -> unigram(fields);
      case "BPE" -> bpe(fields, bytes);
      default -> throw fields.wrong("is of the unknown type " + type);
    };
  }

  private Model unigram(Fields fields) {
    int unknown = fields.has("unk_id") ? fields.number("unk_id") : UnigramModel.NONE;
    if (unknown >= scored) {
      throw fields.wrong("has the unknown token " + unknown + " of " + scored);
    }
    return new UnigramModel(
        table(), Arrays.copyOf(scores, scored), unknown, fields.flag("byte_fallback", false));
  }

  /** Reads merges where the reader is; what prefix they have may turn out to be another later. */
  private MergeReader readMerges() {
    prefixOfMerges = new Fields(OWNER, small).text("continuing_subword_prefix", "");
    MergeReader reader =
        new MergeReader(table(), prefixOfMerges.getBytes(StandardCharsets.UTF_8).length);
    reader.read(json);
    mergeReader = reader;
    return reader;
  }

  private TokenTable table() {
    TokenTable known = table;
    if (known == null) {
      known = tokens.build();
      table = known;
    }
    return known;
  }

  private Model bpe(Fields fields, boolean bytes) {
    if (fields.get("dropout") instanceof Number dropout && dropout.doubleValue() != 0) {
      throw fields.wrong("leaves merges out by chance (dropout " + dropout + ")");
    }
    if (merges == NOT_SEEN) {
      throw fields.wrong("has no merges");
    }
    TokenTable table = table();
    String prefix = fields.text("continuing_subword_prefix", "");
    BpeModel.Options options =
        new BpeModel.Options(
            fields.get("unk_token") == null ? null : fields.text("unk_token"),
            prefix,
            fields.text("end_of_word_suffix", ""),
            fields.flag("fuse_unk", false),
            fields.flag("byte_fallback", false),
            fields.flag("ignore_merges", false));
    MergeReader reader = mergeReader;
    if (reader == null || !prefix.equals(prefixOfMerges)) {
      json.moveTo(merges);
      reader = readMerges();
    }
    return new BpeModel(table, reader.table(), options, bytes);
  }
}
