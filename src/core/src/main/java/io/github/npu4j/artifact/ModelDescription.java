package io.github.npu4j.artifact;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.github.npu4j.internal.json.JsonText;
import io.github.npu4j.store.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code npu4j.json} says of a model: how text becomes its input and its output an answer, and
 * where it comes from. Immutable; each {@code with} method returns a changed copy.
 *
 * @param kind what the model does
 * @param pooling how token vectors become one, by the name of a {@code numeric.Pooling} in lower
 *     case ({@code mean}, {@code cls}, {@code last_token}), or {@code null} if the output is not
 *     pooled
 * @param normalized whether the pooled vector is scaled to length 1
 * @param queryPrefix what is put before a text that asks; may be empty
 * @param passagePrefix what is put before a text that is searched; may be empty
 * @param maximumLength the most tokens the model takes, special tokens included; 0 if unknown
 * @param source where the model comes from, for people; may be empty
 * @param licence its licence, by SPDX identifier where there is one; may be empty
 * @param settings whatever else a kind of model needs, by name
 */
public record ModelDescription(
    Kind kind,
    @Nullable String pooling,
    boolean normalized,
    String queryPrefix,
    String passagePrefix,
    int maximumLength,
    String source,
    String licence,
    Map<String, String> settings) {

  /** The version of the format that this class writes, and the only one it reads. */
  public static final int FORMAT = 1;

  /**
   * The setting that names the file of the tokenizer to use, where there are several: {@code
   * tokenizer.json}, {@code spiece.model} or {@code tokenizer_config.json}.
   */
  public static final String TOKENIZER = "tokenizer";

  /** What a model does. */
  public enum Kind {
    /** Texts become vectors. */
    EMBEDDING("embedding"),
    /** Texts become texts, by an encoder and a decoder. */
    SEQ2SEQ("seq2seq"),
    /** Tensors become tensors; npu4j knows no more. */
    TENSORS("tensors");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** Returns the word in {@code npu4j.json}. */
    @Override
    public String toString() {
      return word;
    }
  }

  /** The longest input that is believed, in tokens. */
  private static final int LONGEST = 1 << 20;

  /** Checks the values and copies the map. */
  public ModelDescription {
    Objects.requireNonNull(kind, "kind");
    if (maximumLength < 0 || maximumLength > LONGEST) {
      throw new IllegalArgumentException("maximum length " + maximumLength + " is out of range");
    }
    settings = Map.copyOf(settings);
  }

  /** Returns the description of a model of which nothing is known. */
  public static ModelDescription unknown() {
    return new ModelDescription(Kind.TENSORS, null, false, "", "", 0, "", "", Map.of());
  }

  /** Returns the description of an embedding model without prefixes. */
  public static ModelDescription embedding(
      String pooling, boolean normalized, int maximumLength, String source, String licence) {
    return new ModelDescription(
        Kind.EMBEDDING, pooling, normalized, "", "", maximumLength, source, licence, Map.of());
  }

  /** Returns a copy with other prefixes. */
  public ModelDescription withPrefixes(String query, String passage) {
    return new ModelDescription(
        kind, pooling, normalized, query, passage, maximumLength, source, licence, settings);
  }

  /** Returns a copy with one more setting. */
  public ModelDescription withSetting(String name, String value) {
    Map<String, String> more = new TreeMap<>(settings);
    more.put(name, value);
    return new ModelDescription(
        kind,
        pooling,
        normalized,
        queryPrefix,
        passagePrefix,
        maximumLength,
        source,
        licence,
        more);
  }

  /**
   * Reads the text of an {@code npu4j.json}.
   *
   * @param text UTF-8
   * @param file the file's name, for messages
   * @throws io.github.npu4j.error.BadModelException if it is no such text
   */
  public static ModelDescription parse(byte[] text, String file) {
    JsonObject json = JsonObject.parse(text, file);
    json.integer("formatVersion", FORMAT, FORMAT);
    ModelDescription description = read(json);
    json.requireNothingElse();
    return description;
  }

  /** Reads a description out of an object that may hold more. */
  public static ModelDescription read(JsonObject json) {
    Map<String, String> settings = new TreeMap<>();
    if (json.has("settings")) {
      JsonObject object = json.object("settings");
      object.names().forEach(name -> settings.put(name, object.string(name)));
    }
    return new ModelDescription(
        kind(json),
        pooling(json),
        json.bool("normalized", false),
        orEmpty(json.optionalString("queryPrefix")),
        orEmpty(json.optionalString("passagePrefix")),
        json.has("maximumLength") ? json.integer("maximumLength", 0, LONGEST) : 0,
        orEmpty(json.optionalString("source")),
        orEmpty(json.optionalString("licence")),
        settings);
  }

  private static Kind kind(JsonObject json) {
    String word = json.string("kind");
    for (Kind kind : Kind.values()) {
      if (kind.word.equals(word)) {
        return kind;
      }
    }
    throw json.bad("kind", "is \"" + word + "\", which is no kind of model");
  }

  private static @Nullable String pooling(JsonObject json) {
    String pooling = json.optionalString("pooling");
    if (pooling != null && !pooling.matches("[a-z_]{1,32}")) {
      throw json.bad("pooling", "is not a name in lower case");
    }
    return pooling;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** Returns the text of an {@code npu4j.json}, in UTF-8. */
  public byte[] toJson() {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
    try (JsonGenerator json = JsonText.generator(text)) {
      json.setPrettyPrinter(printer);
      json.writeStartObject();
      json.writeNumberField("formatVersion", FORMAT);
      json.writeStringField("kind", kind.word);
      if (pooling != null) {
        json.writeStringField("pooling", pooling);
      }
      json.writeBooleanField("normalized", normalized);
      json.writeStringField("queryPrefix", queryPrefix);
      json.writeStringField("passagePrefix", passagePrefix);
      json.writeNumberField("maximumLength", maximumLength);
      json.writeStringField("source", source);
      json.writeStringField("licence", licence);
      if (!settings.isEmpty()) {
        json.writeObjectFieldStart("settings");
        for (Map.Entry<String, String> setting : new TreeMap<>(settings).entrySet()) {
          json.writeStringField(setting.getKey(), setting.getValue());
        }
        json.writeEndObject();
      }
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible); // memory is written, no file
    }
    text.write('\n');
    return text.toByteArray();
  }
}
