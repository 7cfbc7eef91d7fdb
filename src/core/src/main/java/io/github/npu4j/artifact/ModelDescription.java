package io.github.npu4j.artifact;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.github.npu4j.numeric.Pooling;
import io.github.npu4j.store.JsonObject;
import io.github.npu4j.store.json.JsonText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code npu4j.json} says of a model: how text becomes its input and its output an answer, and
 * where it comes from. Immutable; each {@code with} method returns a changed copy. What is empty is
 * not known.
 *
 * @param kind what the model does
 * @param family the architecture that it shares with others, as {@code config.json} calls it in
 *     {@code model_type}: {@code bert}, {@code t5}
 * @param output which output of the graph is used, and how it becomes a vector
 * @param prefixes what is put before a text
 * @param maximumLength the most tokens the model takes, special tokens included
 * @param origin where it comes from
 * @param settings whatever else a kind of model needs, by name
 */
public record ModelDescription(
    Kind kind,
    Optional<String> family,
    VectorOutput output,
    Prefixes prefixes,
    OptionalInt maximumLength,
    Origin origin,
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

  /**
   * What is put before a text, by what the text is to a search.
   *
   * @param query before a text that asks; may be empty
   * @param passage before a text that is searched; may be empty
   */
  public record Prefixes(String query, String passage) {

    /** No prefixes. */
    public static final Prefixes NONE = new Prefixes("", "");

    /** Checks the values. */
    public Prefixes {
      Objects.requireNonNull(query, "query");
      Objects.requireNonNull(passage, "passage");
    }
  }

  /**
   * Where a model comes from, for people.
   *
   * @param source a name or an address; may be empty
   * @param licence its licence, by SPDX identifier where there is one; may be empty
   */
  public record Origin(String source, String licence) {

    /** Nobody said. */
    public static final Origin UNKNOWN = new Origin("", "");

    /** Checks the values. */
    public Origin {
      Objects.requireNonNull(source, "source");
      Objects.requireNonNull(licence, "licence");
    }
  }

  /** The longest input that is believed, in tokens. */
  public static final int LONGEST = 1 << 20;

  /** Checks the values and copies the map. */
  public ModelDescription {
    Objects.requireNonNull(kind, "kind");
    if (maximumLength.isPresent()
        && (maximumLength.getAsInt() < 1 || maximumLength.getAsInt() > LONGEST)) {
      throw new IllegalArgumentException(
          "maximum length " + maximumLength.getAsInt() + " is not from 1 to " + LONGEST);
    }
    settings = Map.copyOf(settings);
  }

  /** Returns the description of a model of which nothing is known. */
  public static ModelDescription unknown() {
    return of(Kind.TENSORS);
  }

  /** Returns the description of a model of which nothing is known but what it does. */
  public static ModelDescription of(Kind kind) {
    return new ModelDescription(
        kind,
        Optional.empty(),
        VectorOutput.UNKNOWN,
        Prefixes.NONE,
        OptionalInt.empty(),
        Origin.UNKNOWN,
        Map.of());
  }

  /** Returns the description of an embedding model whose token vectors are pooled in this way. */
  public static ModelDescription embedding(Pooling pooling, boolean normalized) {
    return of(Kind.EMBEDDING)
        .withOutput(VectorOutput.UNKNOWN.withPooling(pooling).withNormalized(normalized));
  }

  /** Returns a copy for a model that does this. */
  public ModelDescription withKind(Kind does) {
    return new ModelDescription(does, family, output, prefixes, maximumLength, origin, settings);
  }

  /** Returns a copy for a model of this architecture. */
  public ModelDescription withFamily(String name) {
    return new ModelDescription(
        kind, Optional.of(name), output, prefixes, maximumLength, origin, settings);
  }

  /** Returns a copy whose output is used in this way. */
  public ModelDescription withOutput(VectorOutput used) {
    return new ModelDescription(kind, family, used, prefixes, maximumLength, origin, settings);
  }

  /** Returns a copy with other prefixes. */
  public ModelDescription withPrefixes(Prefixes other) {
    return new ModelDescription(kind, family, output, other, maximumLength, origin, settings);
  }

  /**
   * Returns a copy for a model that reads at most {@code tokens} tokens of a text, special tokens
   * included.
   */
  public ModelDescription withMaximumLength(int tokens) {
    return new ModelDescription(
        kind, family, output, prefixes, OptionalInt.of(tokens), origin, settings);
  }

  /** Returns a copy for a model that comes from there. */
  public ModelDescription withOrigin(Origin from) {
    return new ModelDescription(kind, family, output, prefixes, maximumLength, from, settings);
  }

  /** Returns a copy with one more setting. */
  public ModelDescription withSetting(String name, String value) {
    Map<String, String> more = new TreeMap<>(settings);
    more.put(name, value);
    return new ModelDescription(kind, family, output, prefixes, maximumLength, origin, more);
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
    // Files of before this field was optional have 0 for an unknown length.
    int length = json.has("maximumLength") ? json.integer("maximumLength", 0, LONGEST) : 0;
    return new ModelDescription(
        kind(json),
        Optional.ofNullable(json.optionalString("family")),
        VectorOutput.read(json),
        new Prefixes(
            orEmpty(json.optionalString("queryPrefix")),
            orEmpty(json.optionalString("passagePrefix"))),
        length == 0 ? OptionalInt.empty() : OptionalInt.of(length),
        new Origin(orEmpty(json.optionalString("source")), orEmpty(json.optionalString("licence"))),
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

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** Returns the text of an {@code npu4j.json}, in UTF-8: what is known, and nothing else. */
  public byte[] toJson() {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
    try (JsonGenerator json = JsonText.generator(text)) {
      json.setPrettyPrinter(printer);
      json.writeStartObject();
      json.writeNumberField("formatVersion", FORMAT);
      writeFields(json);
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible); // memory is written, no file
    }
    text.write('\n');
    return text.toByteArray();
  }

  private void writeFields(JsonGenerator json) throws IOException {
    json.writeStringField("kind", kind.word);
    if (family.isPresent()) {
      json.writeStringField("family", family.get());
    }
    output.write(json);
    json.writeStringField("queryPrefix", prefixes.query());
    json.writeStringField("passagePrefix", prefixes.passage());
    if (maximumLength.isPresent()) {
      json.writeNumberField("maximumLength", maximumLength.getAsInt());
    }
    json.writeStringField("source", origin.source());
    json.writeStringField("licence", origin.licence());
    if (!settings.isEmpty()) {
      json.writeObjectFieldStart("settings");
      for (Map.Entry<String, String> setting : new TreeMap<>(settings).entrySet()) {
        json.writeStringField(setting.getKey(), setting.getValue());
      }
      json.writeEndObject();
    }
  }

  /** Returns a way of pooling as {@code npu4j.json} writes it. */
  static String word(Pooling pooling) {
    return pooling.name().toLowerCase(Locale.ROOT);
  }
}
