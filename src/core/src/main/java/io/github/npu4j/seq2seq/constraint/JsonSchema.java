package io.github.npu4j.seq2seq.constraint;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.store.json.JsonText;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns a JSON schema into the set of its compact documents: as bytes, without white space, with an
 * object's members in any order.
 *
 * <p>A keyword that is not supported is refused by its name and place: to leave it out would allow
 * answers that the schema forbids. Only annotations, which forbid nothing, are skipped.
 */
final class JsonSchema {

  private static final Set<String> ANNOTATIONS =
      Set.of("$schema", "$id", "$comment", "title", "description", "default", "examples");

  private static final Set<String> KEYWORDS =
      Set.of(
          "type",
          "enum",
          "const",
          "anyOf",
          "properties",
          "required",
          "additionalProperties",
          "items",
          "minItems",
          "maxItems",
          "minLength",
          "maxLength",
          "minimum",
          "maximum");

  private static final String ADVICE =
      "Supported are: type (object, array, string, integer, number, boolean, null, or several of"
          + " them), properties, required, additionalProperties (false), enum, const, anyOf, items,"
          + " minItems, maxItems, minLength, maxLength, and of an integer minimum and maximum.";

  // A schema may come from a user: its depth, strings, numbers and counts are bounded.
  private static final int DEEPEST = 64;
  private static final int LONGEST = 1 << 20;
  private static final int LONGEST_NUMBER = 1000;
  private static final int LARGEST_COUNT = 1_000_000;

  private static final JsonFactory FACTORY = JsonText.strict(DEEPEST, LONGEST, LONGEST_NUMBER);

  /** A number as the schema writes it. */
  private record Numeral(String text) {}

  private final boolean escapes;

  /** All that the documents must have a way to write. */
  private final StringBuilder required = new StringBuilder();

  /**
   * Makes a reader.
   *
   * @param escapes whether characters of a string may be written as escapes
   */
  JsonSchema(boolean escapes) {
    this.escapes = escapes;
  }

  /**
   * Reads a schema.
   *
   * @throws BadInputException if it is no JSON, or says something that is not supported
   */
  Expression documents(String schema) {
    try (JsonParser parser = FACTORY.createParser(schema)) {
      parser.nextToken();
      Object value = value(parser);
      if (parser.nextToken() != null) {
        throw refused("", "something follows the schema");
      }
      return any(value, "");
    } catch (JacksonException e) {
      throw refused("", e.getOriginalMessage());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** Returns the characters that the documents of the last schema can't do without. */
  String required() {
    return required.toString();
  }

  /** Reads a value; a number stays as it is written, since 1.0 and 1 are different texts. */
  private static @Nullable Object value(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw refused("", "the schema is empty");
    }
    return switch (token) {
      case START_OBJECT -> {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          parser.nextToken();
          members.put(name, value(parser));
        }
        yield members;
      }
      case START_ARRAY -> {
        List<@Nullable Object> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          items.add(value(parser));
        }
        yield items;
      }
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Numeral(parser.getText());
      default -> parser.getText();
    };
  }

  /**
   * Returns the documents of a schema.
   *
   * @param path where it stands in the whole, for messages
   */
  private Expression any(@Nullable Object schema, String path) {
    if (!(schema instanceof Map<?, ?> members)) {
      throw refused(path, "it is not an object");
    }
    for (Object keyword : members.keySet()) {
      if (!KEYWORDS.contains(keyword) && !ANNOTATIONS.contains(keyword)) {
        throw refused(path, "the keyword " + keyword + " is not supported");
      }
    }
    if (members.containsKey("anyOf")) {
      return anyOf(members, path);
    }
    if (members.containsKey("enum") || members.containsKey("const")) {
      return constants(members, path);
    }
    List<Expression> options = new ArrayList<>();
    for (String type : types(members, path)) {
      options.add(typed(type, members, path));
    }
    return Choice.of(options);
  }

  private Expression anyOf(Map<?, ?> members, String path) {
    alone(members, path, Set.of("anyOf"));
    List<Expression> options = new ArrayList<>();
    for (Object option : list(members, "anyOf", path)) {
      options.add(any(option, path + "/anyOf/" + options.size()));
    }
    if (options.isEmpty()) {
      throw refused(path, "anyOf is empty");
    }
    return Choice.of(options);
  }

  /** Returns the listed values that are of one of the types, if there are types. */
  private Expression constants(Map<?, ?> members, String path) {
    alone(members, path, Set.of("enum", "const", "type"));
    if (members.containsKey("enum") && members.containsKey("const")) {
      throw refused(path, "it has both enum and const");
    }
    List<@Nullable Object> values = new ArrayList<>();
    if (members.containsKey("const")) {
      values.add(members.get("const"));
    } else {
      values.addAll(list(members, "enum", path));
    }
    List<String> types = members.containsKey("type") ? types(members, path) : List.of();
    List<Expression> options = new ArrayList<>();
    for (Object value : values) {
      if (types.isEmpty() || types.stream().anyMatch(type -> isOf(type, value))) {
        options.add(literal(compact(value)));
      }
    }
    if (options.isEmpty()) {
      throw refused(path, "no value is left to choose from");
    }
    return Choice.of(options);
  }

  /** Refuses keywords beside those that are understood together. */
  private void alone(Map<?, ?> members, String path, Set<String> together) {
    for (Object keyword : members.keySet()) {
      if (!together.contains(keyword) && !ANNOTATIONS.contains(keyword)) {
        throw refused(path, "the keyword " + keyword + " is not supported beside " + together);
      }
    }
  }

  private static boolean isOf(String type, @Nullable Object value) {
    return switch (type) {
      case "object" -> value instanceof Map;
      case "array" -> value instanceof List;
      case "string" -> value instanceof String;
      case "boolean" -> value instanceof Boolean;
      case "null" -> value == null;
      case "number" -> value instanceof Numeral;
      default -> value instanceof Numeral(String text) && text.matches("-?[0-9]+");
    };
  }

  private static List<String> types(Map<?, ?> members, String path) {
    Object type = members.get("type");
    List<String> types = new ArrayList<>();
    for (Object one :
        type instanceof List<?> several ? several : type == null ? List.of() : List.of(type)) {
      if (!(one instanceof String name)) {
        throw refused(path, "type is neither a name nor a list of names");
      }
      types.add(name);
    }
    if (types.isEmpty()) {
      throw refused(path, "without type, enum, const or anyOf it allows anything");
    }
    return types;
  }

  private Expression typed(String type, Map<?, ?> members, String path) {
    return switch (type) {
      case "object" -> object(members, path);
      case "array" -> array(members, path);
      case "string" -> string(members, path);
      case "integer" -> integer(members, path);
      case "number" -> number(members, path);
      case "boolean" -> Choice.of(literal("true"), literal("false"));
      case "null" -> literal("null");
      default -> throw refused(path, "there is no type " + type);
    };
  }

  private Expression object(Map<?, ?> members, String path) {
    if (members.containsKey("additionalProperties")
        && !Boolean.FALSE.equals(members.get("additionalProperties"))) {
      throw refused(path, "additionalProperties is not false");
    }
    Map<String, Expression> properties = new LinkedHashMap<>();
    if (members.get("properties") instanceof Map<?, ?> named) {
      for (Map.Entry<?, ?> property : named.entrySet()) {
        String name = String.valueOf(property.getKey());
        Expression value = any(property.getValue(), path + "/properties/" + name);
        properties.put(name, Sequence.of(literal(compact(name) + ":"), value));
      }
    } else if (members.containsKey("properties")) {
      throw refused(path, "properties is not an object");
    }
    Set<Object> needed =
        Set.copyOf(
            members.containsKey("required")
                ? names(list(members, "required", path), path)
                : List.of());
    for (Object name : needed) {
      if (!properties.containsKey(name)) {
        throw refused(path, "it requires " + name + ", which is not among its properties");
      }
    }
    List<Expression> always = new ArrayList<>();
    List<Expression> optional = new ArrayList<>();
    properties.forEach((name, member) -> (needed.contains(name) ? always : optional).add(member));
    required.append(',');
    return Sequence.of(literal("{"), Members.of(always, optional), literal("}"));
  }

  private static List<Object> names(List<?> names, String path) {
    for (Object name : names) {
      if (!(name instanceof String)) {
        throw refused(path, "required holds something that is no name");
      }
    }
    return List.copyOf(names);
  }

  private Expression array(Map<?, ?> members, String path) {
    int least = count(members, "minItems", 0, path);
    int most = count(members, "maxItems", Expression.MANY, path);
    inOrder(least, most, path);
    if (most == 0) {
      return literal("[]");
    }
    if (!members.containsKey("items")) {
      throw refused(path, "an array without items may hold anything");
    }
    Expression item = any(members.get("items"), path + "/items");
    Expression others =
        Repetition.of(
            Sequence.of(literal(","), item),
            Math.max(0, least - 1),
            most == Expression.MANY ? most : most - 1);
    Expression some = Sequence.of(item, others);
    return Sequence.of(
        literal("["), least == 0 ? Choice.of(some, Literal.EMPTY) : some, literal("]"));
  }

  private Expression string(Map<?, ?> members, String path) {
    int least = count(members, "minLength", 0, path);
    int most = count(members, "maxLength", Expression.MANY, path);
    inOrder(least, most, path);
    required.append('a');
    return Sequence.of(literal("\""), StringContent.of(least, most, escapes), literal("\""));
  }

  private Expression integer(Map<?, ?> members, String path) {
    long smallest = bound(members, "minimum", -IntegerRange.LARGEST, path);
    long largest = bound(members, "maximum", IntegerRange.LARGEST, path);
    if (smallest > largest) {
      throw refused(path, "minimum is above maximum");
    }
    required.append("0123456789").append(smallest < 0 ? "-" : "");
    return members.containsKey("minimum") || members.containsKey("maximum")
        ? IntegerRange.of(smallest, largest)
        : Decimal.INTEGER;
  }

  private Expression number(Map<?, ?> members, String path) {
    if (members.containsKey("minimum") || members.containsKey("maximum")) {
      throw refused(path, "minimum and maximum are not supported of a number");
    }
    required.append("0123456789");
    return Decimal.ANY;
  }

  private static int count(Map<?, ?> members, String keyword, int otherwise, String path) {
    if (!members.containsKey(keyword)) {
      return otherwise;
    }
    long value = number(members.get(keyword), keyword, path);
    if (value < 0 || value > LARGEST_COUNT) {
      throw refused(path, keyword + " is not between 0 and " + LARGEST_COUNT);
    }
    return (int) value;
  }

  private static void inOrder(int least, int most, String path) {
    if (least > most) {
      throw refused(path, "its smallest length is above its largest");
    }
  }

  private static long bound(Map<?, ?> members, String keyword, long otherwise, String path) {
    if (!members.containsKey(keyword)) {
      return otherwise;
    }
    long value = number(members.get(keyword), keyword, path);
    if (Math.abs(value) > IntegerRange.LARGEST) {
      throw refused(path, keyword + " has more than " + IntegerRange.MOST_DIGITS + " digits");
    }
    return value;
  }

  private static long number(@Nullable Object value, String keyword, String path) {
    if (value instanceof Numeral(String text)) {
      try {
        return Long.parseLong(text);
      } catch (NumberFormatException notWhole) {
        throw refused(path, keyword + " is " + text + ", which is no whole number of 64 bits");
      }
    }
    throw refused(path, keyword + " is no number");
  }

  private static List<?> list(Map<?, ?> members, String keyword, String path) {
    if (members.get(keyword) instanceof List<?> values) {
      return values;
    }
    throw refused(path, keyword + " is not an array");
  }

  private Expression literal(String text) {
    required.append(text);
    return Literal.of(text);
  }

  private static String compact(@Nullable Object value) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JsonText.generator(text)) {
      write(json, value);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, @Nullable Object value) throws IOException {
    switch (value) {
      case Map<?, ?> members -> {
        json.writeStartObject();
        for (Map.Entry<?, ?> member : members.entrySet()) {
          json.writeFieldName(String.valueOf(member.getKey()));
          write(json, member.getValue());
        }
        json.writeEndObject();
      }
      case List<?> items -> {
        json.writeStartArray();
        for (Object item : items) {
          write(json, item);
        }
        json.writeEndArray();
      }
      case Boolean bool -> json.writeBoolean(bool);
      case Numeral(String numeral) -> json.writeNumber(numeral);
      case null -> json.writeNull();
      default -> json.writeString(String.valueOf(value));
    }
  }

  private static BadInputException refused(String path, String why) {
    return new BadInputException(
        "can't hold answers to this JSON schema",
        path.isEmpty() ? why : "at " + path + " " + why,
        ADVICE);
  }
}
