package io.github.npu4j.seq2seq.constraint;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** A second, plain reading of the keywords that a JSON constraint supports. */
final class SchemaCheck {

  private SchemaCheck() {}

  static void check(JsonNode schema, JsonNode value, String document) {
    assertTrue(isValid(schema, value), () -> document + " is not valid under " + schema);
  }

  private static boolean isValid(JsonNode schema, JsonNode value) {
    if (schema.has("anyOf")) {
      return any(schema.get("anyOf"), option -> isValid(option, value));
    }
    if (schema.has("enum")) {
      return any(schema.get("enum"), option -> option.equals(value));
    }
    if (schema.has("const")) {
      return schema.get("const").equals(value);
    }
    JsonNode type = schema.get("type");
    return type.isArray()
        ? any(type, one -> isOf(one.asText(), schema, value))
        : isOf(type.asText(), schema, value);
  }

  private interface Test {
    boolean on(JsonNode option);
  }

  private static boolean any(JsonNode options, Test test) {
    for (JsonNode option : options) {
      if (test.on(option)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOf(String type, JsonNode schema, JsonNode value) {
    return switch (type) {
      case "string" ->
          value.isTextual()
              && within(
                  schema,
                  "minLength",
                  "maxLength",
                  value.asText().codePointCount(0, value.asText().length()));
      case "integer" ->
          value.isIntegralNumber() && within(schema, "minimum", "maximum", value.asLong());
      case "number" -> value.isNumber() && Double.isFinite(value.asDouble());
      case "boolean" -> value.isBoolean();
      case "null" -> value.isNull();
      case "array" -> isArray(schema, value);
      default -> isObject(schema, value);
    };
  }

  private static boolean within(JsonNode schema, String least, String most, long count) {
    return count >= schema.path(least).asLong(Long.MIN_VALUE)
        && count <= schema.path(most).asLong(Long.MAX_VALUE);
  }

  private static boolean isArray(JsonNode schema, JsonNode value) {
    if (!value.isArray() || !within(schema, "minItems", "maxItems", value.size())) {
      return false;
    }
    for (JsonNode item : value) {
      if (!isValid(schema.get("items"), item)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isObject(JsonNode schema, JsonNode value) {
    if (!value.isObject()) {
      return false;
    }
    for (Map.Entry<String, JsonNode> member : value.properties()) {
      JsonNode property = schema.path("properties").path(member.getKey());
      if (property.isMissingNode() || !isValid(property, member.getValue())) {
        return false;
      }
    }
    return !any(schema.path("required"), name -> !value.has(name.asText()));
  }
}
