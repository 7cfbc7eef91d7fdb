package io.github.npu4j.tokenizer.sentencepiece;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.npu4j.store.json.JsonText;
import io.github.npu4j.tokenizer.sentencepiece.SentencePieceModel.Normalization;
import io.github.npu4j.tokenizer.sentencepiece.SentencePieceModel.Piece;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.OptionalInt;

/**
 * Writes a SentencePiece model as Hugging Face's tokenizers read it.
 *
 * <p>The usual conversion splits a text at its spaces and puts the leading one back word by word,
 * which differs from SentencePiece where a text has the character U+2581, or a piece spans words.
 * Here the whitespace rules are the normalizer's, in SentencePiece's order, and the text is not
 * split.
 */
final class SentencePieceJson {

  private static final String END = "</s>";

  /**
   * Between the bytes of what looks like a byte piece, so that the text {@code <0x41>} is not taken
   * for the byte 41: a byte piece is never found in a text.
   */
  private static final String INSIDE_BYTE_PIECE = "<(?=0x[0-9A-F]{2}>)";

  private final SentencePieceModel model;
  private final Normalization normalization;
  private final String space;
  private final int sentinels;
  private final float best;

  SentencePieceJson(SentencePieceModel model, int sentinels) {
    this.model = model;
    this.normalization = model.normalization();
    this.space = normalization.escapeWhitespaces() ? SentencePieceModel.SPACE : " ";
    this.sentinels = sentinels;
    float highest = Float.NEGATIVE_INFINITY;
    for (Piece piece : model.pieces()) {
      if (piece.type() == PieceType.NORMAL) {
        highest = Math.max(highest, piece.score());
      }
    }
    this.best = highest;
  }

  byte[] write() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JsonText.generator(bytes)) {
      json.writeStartObject();
      json.writeStringField("version", "1.0");
      json.writeNullField("truncation");
      json.writeNullField("padding");
      addedTokens(json);
      normalizer(json);
      preTokenizer(json);
      postProcessor(json);
      decoder(json);
      vocabulary(json);
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  private void addedTokens(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("added_tokens");
    for (int id = 0; id < model.size(); id++) {
      PieceType type = model.pieces().get(id).type();
      if (type == PieceType.CONTROL || type == PieceType.UNKNOWN) {
        special(json, id, model.pieces().get(id).text());
      }
    }
    for (int i = 0; i < sentinels; i++) {
      special(json, model.size() + i, sentinel(i));
    }
    json.writeEndArray();
  }

  private static void special(JsonGenerator json, int id, String text) throws IOException {
    json.writeStartObject();
    json.writeNumberField("id", id);
    json.writeStringField("content", text);
    for (String flag : new String[] {"single_word", "lstrip", "rstrip", "normalized"}) {
      json.writeBooleanField(flag, false);
    }
    json.writeBooleanField("special", true);
    json.writeEndObject();
  }

  /**
   * Returns the sentinel that stands {@code place} places behind the last piece: the highest comes
   * first.
   */
  private String sentinel(int place) {
    return "<extra_id_" + (sentinels - 1 - place) + ">";
  }

  private void normalizer(JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("normalizer");
    json.writeStringField("type", "Sequence");
    json.writeArrayFieldStart("normalizers");
    byte[] charsmap = normalization.charsmap();
    if (charsmap != null) {
      json.writeStartObject();
      json.writeStringField("type", "Precompiled");
      json.writeStringField("precompiled_charsmap", Base64.getEncoder().encodeToString(charsmap));
      json.writeEndObject();
    }
    if (normalization.removeExtraWhitespaces()) {
      replace(json, "Regex", " {2,}", " ");
      replace(json, "Regex", "\\A +", "");
    }
    if (normalization.dummyPrefix()) {
      json.writeStartObject();
      json.writeStringField("type", "Prepend");
      json.writeStringField("prepend", space);
      json.writeEndObject();
    }
    if (normalization.escapeWhitespaces()) {
      replace(json, "String", " ", space);
    }
    if (normalization.removeExtraWhitespaces()) {
      replace(json, "Regex", space + "+\\z", "");
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void replace(JsonGenerator json, String kind, String pattern, String content)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("type", "Replace");
    json.writeObjectFieldStart("pattern");
    json.writeStringField(kind, pattern);
    json.writeEndObject();
    json.writeStringField("content", content);
    json.writeEndObject();
  }

  private void preTokenizer(JsonGenerator json) throws IOException {
    if (!model.byteFallback()) {
      json.writeNullField("pre_tokenizer");
      return;
    }
    json.writeObjectFieldStart("pre_tokenizer");
    json.writeStringField("type", "Split");
    json.writeObjectFieldStart("pattern");
    json.writeStringField("Regex", INSIDE_BYTE_PIECE);
    json.writeEndObject();
    json.writeStringField("behavior", "MergedWithPrevious");
    json.writeBooleanField("invert", false);
    json.writeEndObject();
  }

  private void postProcessor(JsonGenerator json) throws IOException {
    OptionalInt end = model.endToken();
    if (end.isEmpty()) {
      json.writeNullField("post_processor");
      return;
    }
    json.writeObjectFieldStart("post_processor");
    json.writeStringField("type", "TemplateProcessing");
    template(json, "single", "A");
    template(json, "pair", "A", "B");
    json.writeObjectFieldStart("special_tokens");
    json.writeObjectFieldStart(END);
    json.writeStringField("id", END);
    json.writeFieldName("ids");
    json.writeArray(new int[] {end.getAsInt()}, 0, 1);
    json.writeArrayFieldStart("tokens");
    json.writeString(END);
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void template(JsonGenerator json, String name, String... texts)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String text : texts) {
      part(json, "Sequence", text);
      part(json, "SpecialToken", END);
    }
    json.writeEndArray();
  }

  private static void part(JsonGenerator json, String kind, String id) throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart(kind);
    json.writeStringField("id", id);
    json.writeNumberField("type_id", 0);
    json.writeEndObject();
    json.writeEndObject();
  }

  private void decoder(JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("decoder");
    json.writeStringField("type", "Sequence");
    json.writeArrayFieldStart("decoders");
    replace(json, "String", SentencePieceModel.SPACE, " ");
    if (model.byteFallback()) {
      json.writeStartObject();
      json.writeStringField("type", "ByteFallback");
      json.writeEndObject();
    }
    json.writeStartObject();
    json.writeStringField("type", "Fuse");
    json.writeEndObject();
    if (normalization.cutsLeadingSpace()) {
      replace(json, "Regex", normalization.removeExtraWhitespaces() ? "\\A +" : "\\A ", "");
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void vocabulary(JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("model");
    json.writeStringField("type", "Unigram");
    json.writeNumberField("unk_id", model.unknown());
    json.writeArrayFieldStart("vocab");
    for (Piece piece : model.pieces()) {
      entry(json, piece.text(), score(piece));
    }
    for (int i = 0; i < sentinels; i++) {
      entry(json, sentinel(i), 0);
    }
    json.writeEndArray();
    json.writeBooleanField("byte_fallback", model.byteFallback());
    json.writeEndObject();
  }

  private static void entry(JsonGenerator json, String text, double score) throws IOException {
    json.writeStartArray();
    json.writeString(text);
    json.writeNumber(score);
    json.writeEndArray();
  }

  /**
   * Returns the score by which SentencePiece chooses a piece. Each byte of a user-defined one
   * counts as much as the best piece, so that it is always chosen.
   */
  private double score(Piece piece) {
    return piece.type() == PieceType.USER_DEFINED
        ? piece.text().getBytes(StandardCharsets.UTF_8).length * best - 0.1
        : piece.score();
  }
}
