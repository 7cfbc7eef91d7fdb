package io.github.npu4j.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import io.github.npu4j.store.json.JsonText;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Values as JSON: records and maps are objects, lists and arrays are arrays.
 *
 * <p>Floats keep their shortest decimal form; NaN and infinities, which JSON has no words for, are
 * strings. Only Jackson's generator is used: its databinding would take longer to start than most
 * commands.
 */
public final class Json {

  private Json() {}

  /** Returns one value on one line. */
  public static String line(@Nullable Object value) {
    return text(value, false);
  }

  /** Prints one value over several lines, for programs and people alike. */
  public static void print(PrintStream out, @Nullable Object value) {
    out.println(text(value, true));
  }

  private static String text(@Nullable Object value, boolean indented) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JsonText.generator(text)) {
      if (indented) {
        json.setPrettyPrinter(
            new DefaultPrettyPrinter(
                Separators.createDefaultInstance()
                    .withObjectFieldValueSpacing(Separators.Spacing.AFTER)));
      }
      write(json, value);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> json.writeNull();
      case String text -> json.writeString(text);
      case Boolean flag -> json.writeBoolean(flag);
      case Float number -> writeFloating(json, number.doubleValue(), number.toString());
      case Double number -> writeFloating(json, number, number.toString());
      case Number number -> json.writeNumber(number.toString());
      case Enum<?> constant -> json.writeString(constant.name().toLowerCase(java.util.Locale.ROOT));
      case Path path -> json.writeString(path.toString());
      case Duration time -> json.writeNumber(time.toNanos() / 1e6);
      case Optional<?> optional -> write(json, optional.orElse(null));
      case OptionalInt optional -> write(json, optional.isEmpty() ? null : optional.getAsInt());
      case OptionalLong optional -> write(json, optional.isEmpty() ? null : optional.getAsLong());
      case Map<?, ?> map -> writeMap(json, map);
      case Iterable<?> items -> writeItems(json, items);
      case Record fields -> writeRecord(json, fields);
      default -> {
        if (value.getClass().isArray()) {
          writeArray(json, value);
        } else {
          json.writeString(value.toString());
        }
      }
    }
  }

  private static void writeFloating(JsonGenerator json, double value, String shortest)
      throws IOException {
    if (Double.isFinite(value)) {
      json.writeNumber(shortest);
    } else {
      json.writeString(shortest);
    }
  }

  private static void writeMap(JsonGenerator json, Map<?, ?> map) throws IOException {
    json.writeStartObject();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      json.writeFieldName(String.valueOf(entry.getKey()));
      write(json, entry.getValue());
    }
    json.writeEndObject();
  }

  private static void writeItems(JsonGenerator json, Iterable<?> items) throws IOException {
    json.writeStartArray();
    for (Object item : items) {
      write(json, item);
    }
    json.writeEndArray();
  }

  private static void writeArray(JsonGenerator json, Object array) throws IOException {
    json.writeStartArray();
    for (int i = 0; i < Array.getLength(array); i++) {
      write(json, Array.get(array, i));
    }
    json.writeEndArray();
  }

  private static void writeRecord(JsonGenerator json, Record fields) throws IOException {
    json.writeStartObject();
    for (RecordComponent component : fields.getClass().getRecordComponents()) {
      json.writeFieldName(component.getName());
      write(json, component(fields, component));
    }
    json.writeEndObject();
  }

  private static @Nullable Object component(Record fields, RecordComponent component) {
    try {
      var accessor = component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(fields);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("can't read " + component, e);
    }
  }
}
