package io.github.npu4j.store;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.store.files.Placeholder;
import io.github.npu4j.store.json.JsonText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object out of a file that may be hostile: every value is read by name and type, and what
 * is missing, of another type, out of range or unknown is one clear error.
 *
 * <p>Built on Jackson's streaming parser alone: its databind classes cost a short command more time
 * than the file does.
 */
public final class JsonObject {

  private static final int DEEPEST = 16;
  private static final int LONGEST_STRING = 1 << 20;
  private static final int LONGEST_NUMBER = 64;

  private static final JsonFactory FACTORY =
      JsonText.strict(DEEPEST, LONGEST_STRING, LONGEST_NUMBER);

  private static final String ADVICE = "It is damaged, or was written by a newer npu4j.";

  /** A file's name and what to do if it can't be read. */
  private record Source(String file, String advice) {}

  private final Source file;
  private final String path;
  private final Map<String, @Nullable Object> values;
  private final Set<String> unread;

  private JsonObject(Source file, String path, Map<String, @Nullable Object> values) {
    this.file = file;
    this.path = path;
    this.values = values;
    this.unread = new LinkedHashSet<>(values.keySet());
  }

  /**
   * Reads a text that is one JSON object.
   *
   * @param text UTF-8
   * @param file the file's name, for messages
   * @throws BadModelException if it is anything else
   */
  public static JsonObject parse(byte[] text, String file) {
    return parse(text, file, ADVICE);
  }

  /**
   * Reads a text that is one JSON object and was not written by npu4j.
   *
   * @param text UTF-8
   * @param file the file's name, for messages
   * @param advice what to do if it can't be read, as whole sentences
   * @throws BadModelException if it is anything else
   */
  public static JsonObject parse(byte[] text, String file, String advice) {
    return parse(text, new Source(file, advice));
  }

  private static JsonObject parse(byte[] text, Source file) {
    Placeholder.refuse(text, file.file);
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw badFile(file, "it is not a JSON object");
      }
      Map<String, @Nullable Object> values = object(parser, file);
      if (parser.nextToken() != null) {
        throw badFile(file, "something follows the JSON object");
      }
      return new JsonObject(file, "", values);
    } catch (JacksonException malformed) {
      throw badFile(file, malformed.getOriginalMessage() + place(malformed.getLocation()));
    } catch (IOException impossible) {
      throw badFile(file, String.valueOf(impossible.getMessage()));
    }
  }

  private static String place(@Nullable JsonLocation location) {
    return location == null
        ? "" // a limit was passed, such as the nesting's
        : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
  }

  private static Map<String, @Nullable Object> object(JsonParser parser, Source file)
      throws IOException {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      values.put(name, value(parser, file));
    }
    return values;
  }

  private static @Nullable Object value(JsonParser parser, Source file) throws IOException {
    JsonToken token = parser.currentToken();
    return switch (token == null ? JsonToken.NOT_AVAILABLE : token) {
      case START_OBJECT -> object(parser, file);
      case START_ARRAY -> {
        List<@Nullable Object> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          items.add(value(parser, file));
        }
        yield items;
      }
      case VALUE_STRING -> parser.getText();
      // Python writes 1e30 as an integer of 31 digits where it means that there is no limit.
      case VALUE_NUMBER_INT ->
          parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? (Object) parser.getDoubleValue()
              : (Object) parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
          throw badFile(file, "it ends in the middle");
    };
  }

  /** Returns whether a value is there and is not {@code null}. */
  public boolean has(String name) {
    return values.get(name) != null;
  }

  /** Returns whether a value is a string. */
  public boolean isString(String name) {
    return values.get(name) instanceof String;
  }

  /** Returns whether a value is an array. */
  public boolean isArray(String name) {
    return values.get(name) instanceof List;
  }

  /** Returns a string. */
  public String string(String name) {
    return typed(name, String.class, "a string");
  }

  /** Returns a string, or {@code null} if it is absent. */
  public @Nullable String optionalString(String name) {
    return optional(name) ? string(name) : null;
  }

  /** Returns an integer from {@code least} to {@code greatest}. */
  public long integer(String name, long least, long greatest) {
    if (values.get(name) instanceof Double number && Math.abs(number) >= Long.MAX_VALUE) {
      throw bad(name, "is too large");
    }
    return inRange(name, typed(name, Long.class, "an integer"), least, greatest);
  }

  /** Returns an integer in {@code int}'s range from {@code least} to {@code greatest}. */
  public int integer(String name, int least, int greatest) {
    return (int) integer(name, (long) least, (long) greatest);
  }

  /** Returns true or false. */
  public boolean bool(String name) {
    return typed(name, Boolean.class, "true or false");
  }

  /** Returns true or false, or a default if it is absent. */
  public boolean bool(String name, boolean otherwise) {
    return optional(name) ? bool(name) : otherwise;
  }

  /** Returns a number. */
  public double number(String name) {
    return number(name, typed(name, Number.class, "a number"));
  }

  /** Returns an object inside this one. */
  public JsonObject object(String name) {
    return nested(name, typed(name, Map.class, "an object"));
  }

  /** Returns the objects of an array of at most {@code most}. */
  public List<JsonObject> objects(String name, int most) {
    List<JsonObject> objects = new ArrayList<>();
    for (Object item : list(name, most)) {
      objects.add(nested(name + "[" + objects.size() + "]", item));
    }
    return objects;
  }

  /** Returns the strings of an array of at most {@code most}. */
  public List<String> strings(String name, int most) {
    List<String> strings = new ArrayList<>();
    for (Object item : list(name, most)) {
      if (!(item instanceof String string)) {
        throw bad(name, "holds something that is not a string");
      }
      strings.add(string);
    }
    return strings;
  }

  /**
   * Returns the integers of an array of at most {@code most}, each from {@code least} to {@code
   * greatest}.
   */
  public long[] integers(String name, int most, long least, long greatest) {
    List<?> items = list(name, most);
    long[] integers = new long[items.size()];
    for (int i = 0; i < integers.length; i++) {
      if (!(items.get(i) instanceof Long integer)) {
        throw bad(name, "holds something that is not an integer");
      }
      integers[i] = inRange(name, integer, least, greatest);
    }
    return integers;
  }

  /** Returns the arrays of integers inside an array, {@code most} at most in each and in all. */
  public List<long[]> integerLists(String name, int most, long least, long greatest) {
    List<long[]> lists = new ArrayList<>();
    for (Object item : list(name, most)) {
      String place = name + "[" + lists.size() + "]";
      Map<String, @Nullable Object> one = new LinkedHashMap<>();
      one.put(place, item);
      lists.add(new JsonObject(file, path, one).integers(place, most, least, greatest));
    }
    return lists;
  }

  /**
   * Returns the arrays inside an array of at most {@code most}, each as an object whose fields are
   * named by their place: {@code 0}, {@code 1} and on.
   */
  public List<JsonObject> tuples(String name, int most) {
    List<JsonObject> tuples = new ArrayList<>();
    for (Object item : list(name, most)) {
      if (!(item instanceof List<?> fields)) {
        throw bad(name, "holds something that is not an array");
      }
      Map<String, @Nullable Object> named = new LinkedHashMap<>();
      for (Object field : fields) {
        named.put(Integer.toString(named.size()), field);
      }
      tuples.add(new JsonObject(file, path + name + "[" + tuples.size() + "].", named));
    }
    return tuples;
  }

  /** Returns whether a value is there that is neither 0 nor 1 nor false nor empty. */
  public boolean isSet(String name) {
    return switch (values.get(name)) {
      case null -> false;
      case Boolean set -> set;
      case Number number -> number.doubleValue() != 0 && number.doubleValue() != 1;
      case List<?> list -> !list.isEmpty();
      default -> true;
    };
  }

  /** Returns the numbers of an array of at most {@code most}. */
  public double[] numbers(String name, int most) {
    List<?> items = list(name, most);
    double[] numbers = new double[items.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!(items.get(i) instanceof Number number)) {
        throw bad(name, "holds something that is not a number");
      }
      numbers[i] = number(name, number);
    }
    return numbers;
  }

  /** Returns the names of all values, in order; for objects whose names are data. */
  public Set<String> names() {
    return Collections.unmodifiableSet(new LinkedHashSet<>(values.keySet()));
  }

  /**
   * Checks that every value was read.
   *
   * @throws BadModelException if one was not: it comes from a newer version or a typing error
   */
  public void requireNothingElse() {
    if (!unread.isEmpty()) {
      throw bad(unread.iterator().next(), "is unknown");
    }
  }

  /** Returns the error that this object's value is wrong. */
  public BadModelException bad(String name, String how) {
    return badFile(file, "\"" + path + name + "\" " + how);
  }

  private boolean optional(String name) {
    unread.remove(name);
    return has(name);
  }

  private List<?> list(String name, int most) {
    List<?> items = typed(name, List.class, "an array");
    if (items.size() > most) {
      throw bad(name, "has " + items.size() + " items; at most " + most + " are sensible");
    }
    return items;
  }

  private <T> T typed(String name, Class<T> type, String called) {
    unread.remove(name);
    Object value = values.get(name);
    if (value == null) {
      throw bad(name, "is missing");
    }
    if (!type.isInstance(value)) {
      throw bad(name, "is not " + called);
    }
    return type.cast(value);
  }

  private JsonObject nested(String name, @Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw bad(name, "is not an object");
    }
    Map<String, @Nullable Object> named = new LinkedHashMap<>();
    map.forEach((key, item) -> named.put((String) key, item));
    return new JsonObject(file, path + name + ".", named);
  }

  private long inRange(String name, long value, long least, long greatest) {
    if (value < least || value > greatest) {
      throw bad(name, "is " + value + ", not from " + least + " to " + greatest);
    }
    return value;
  }

  private double number(String name, Number number) {
    double value = number.doubleValue();
    if (!Double.isFinite(value)) {
      throw bad(name, "is not finite");
    }
    return value;
  }

  private static BadModelException badFile(Source source, String why) {
    return new BadModelException(source.file + " can't be read", why, source.advice);
  }
}
