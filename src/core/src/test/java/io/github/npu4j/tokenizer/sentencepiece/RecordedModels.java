package io.github.npu4j.tokenizer.sentencepiece;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.InflaterInputStream;

/** What {@code tokenizer/reference.py} recorded. */
public final class RecordedModels {

  private RecordedModels() {}

  /** A small SentencePiece model, and what SentencePiece makes of texts and ids with it. */
  public record Unigram(String name, byte[] model, List<Case> texts, List<Case> ids) {

    public Path writeTo(Path folder) throws IOException {
      return Files.write(folder.resolve("spiece.model"), model);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** A text and ids: what a text is encoded to, or what ids are decoded to. */
  public record Case(String text, long... ids) {}

  public static List<Unigram> unigram() {
    List<Unigram> models = new ArrayList<>();
    for (JsonNode one : read("unigram.json")) {
      byte[] compressed = Base64.getDecoder().decode(one.get("model").asText());
      try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(compressed))) {
        models.add(
            new Unigram(
                one.get("name").asText(),
                in.readAllBytes(),
                cases(one.get("texts"), 0, 1),
                cases(one.get("ids"), 1, 0)));
      } catch (IOException impossible) {
        throw new UncheckedIOException(impossible);
      }
    }
    return models;
  }

  public static List<Case> byteTexts() {
    return cases(read("bytes.json").get("texts"), 0, 1);
  }

  public static List<Case> byteIds() {
    return cases(read("bytes.json").get("ids"), 1, 0);
  }

  /** Returns texts of t5-nlu's held-out set. */
  public static List<Case> ownTexts() {
    return cases(read("t5-nlu.json").get("texts"), 0, 1);
  }

  /** Returns the SHA-256 of the model that {@link #ownTexts} were recorded with. */
  public static String ownModel() {
    return read("t5-nlu.json").get("sha256").asText();
  }

  private static JsonNode read(String name) {
    try (InputStream in = RecordedModels.class.getResourceAsStream("/tokenizer/" + name)) {
      return new ObjectMapper().readTree(in);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static List<Case> cases(JsonNode list, int text, int ids) {
    List<Case> cases = new ArrayList<>();
    for (JsonNode one : list) {
      long[] values = new ObjectMapper().convertValue(one.get(ids), long[].class);
      cases.add(new Case(one.get(text).asText(), values));
    }
    return cases;
  }
}
