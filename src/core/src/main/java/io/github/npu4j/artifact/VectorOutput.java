package io.github.npu4j.artifact;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.npu4j.numeric.Pooling;
import io.github.npu4j.store.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a graph's output becomes a vector: pooled over the tokens, put through dense layers, cut,
 * scaled to length 1, in this order. Immutable; each {@code with} method returns a changed copy.
 *
 * @param name the output of the graph that is used; empty for the one that its name tells
 * @param pooling the ways in which token vectors become one, whose results are put one behind the
 *     other; empty where no file says, or where the output is one vector a text already
 * @param dense the folders of the dense layers that follow, relative to the model's folder, in
 *     order
 * @param normalized whether the vector is scaled to length 1; empty where no file says
 * @param dimensions how many values of the vector are kept; empty for all
 */
public record VectorOutput(
    Optional<String> name,
    List<Pooling> pooling,
    List<String> dense,
    Optional<Boolean> normalized,
    OptionalInt dimensions) {

  /** Nothing is known. */
  public static final VectorOutput UNKNOWN =
      new VectorOutput(
          Optional.empty(), List.of(), List.of(), Optional.empty(), OptionalInt.empty());

  private static final int MOST_LAYERS = 16;
  private static final int MOST_DIMENSIONS = 1 << 20;

  /** Checks the values and copies the lists. */
  public VectorOutput {
    pooling = List.copyOf(pooling);
    dense = List.copyOf(dense);
    if (pooling.stream().distinct().count() < pooling.size()) {
      throw new IllegalArgumentException("a way of pooling is named twice: " + pooling);
    }
    if (dense.size() > MOST_LAYERS || !dense.stream().allMatch(VectorOutput::isPlain)) {
      throw new IllegalArgumentException("dense layers are folders in the model's: " + dense);
    }
    if (dimensions.isPresent()
        && (dimensions.getAsInt() < 1 || dimensions.getAsInt() > MOST_DIMENSIONS)) {
      throw new IllegalArgumentException(
          dimensions.getAsInt() + " dimensions are not from 1 to " + MOST_DIMENSIONS);
    }
  }

  private static boolean isPlain(String folder) {
    return folder.matches("[A-Za-z0-9_-][A-Za-z0-9._-]*");
  }

  /** Returns a copy that uses the graph's output of this name. */
  public VectorOutput withName(String output) {
    return new VectorOutput(Optional.of(output), pooling, dense, normalized, dimensions);
  }

  /** Returns a copy that pools in these ways and puts the results one behind the other. */
  public VectorOutput withPooling(Pooling... ways) {
    return new VectorOutput(name, List.of(ways), dense, normalized, dimensions);
  }

  /** Returns a copy with other dense layers. */
  public VectorOutput withDense(List<String> folders) {
    return new VectorOutput(name, pooling, folders, normalized, dimensions);
  }

  /** Returns a copy that scales vectors to length 1, or does not. */
  public VectorOutput withNormalized(boolean scaled) {
    return new VectorOutput(name, pooling, dense, Optional.of(scaled), dimensions);
  }

  /** Returns a copy that keeps the first values of a vector. */
  public VectorOutput withDimensions(int count) {
    return new VectorOutput(name, pooling, dense, normalized, OptionalInt.of(count));
  }

  /**
   * Reads the names of ways of pooling.
   *
   * @param names in lower case: {@code mean}, {@code cls}, {@code last_token}, {@code max}, {@code
   *     weighted_mean}, {@code mean_sqrt_len}
   * @throws IllegalArgumentException if one is unknown
   */
  public static List<Pooling> poolings(List<String> names) {
    List<Pooling> found = new ArrayList<>();
    for (String name : names) {
      found.add(poolingOf(name));
    }
    return found;
  }

  private static Pooling poolingOf(String name) {
    for (Pooling way : Pooling.values()) {
      if (ModelDescription.word(way).equals(name.toLowerCase(Locale.ROOT))) {
        return way;
      }
    }
    throw new IllegalArgumentException(
        "\"" + name + "\" is no pooling; there are " + String.join(", ", words()));
  }

  private static List<String> words() {
    return words(List.of(Pooling.values()));
  }

  /** Returns the names of ways of pooling, as {@link #poolings} reads them. */
  public static List<String> words(List<Pooling> ways) {
    return ways.stream().map(ModelDescription::word).toList();
  }

  static VectorOutput read(JsonObject json) {
    List<String> names =
        !json.has("pooling")
            ? List.of()
            : json.isArray("pooling")
                ? json.strings("pooling", Pooling.values().length)
                : List.of(json.string("pooling"));
    List<String> dense = json.has("dense") ? json.strings("dense", MOST_LAYERS) : List.of();
    Optional<Boolean> normalized =
        json.has("normalized") ? Optional.of(json.bool("normalized")) : Optional.empty();
    OptionalInt dimensions =
        json.has("dimensions")
            ? OptionalInt.of(json.integer("dimensions", 1, MOST_DIMENSIONS))
            : OptionalInt.empty();
    List<Pooling> pooling;
    try {
      pooling = poolings(names);
    } catch (IllegalArgumentException unknown) {
      throw json.bad("pooling", "is unknown: " + unknown.getMessage());
    }
    try {
      return new VectorOutput(
          Optional.ofNullable(json.optionalString("output")),
          pooling,
          dense,
          normalized,
          dimensions);
    } catch (IllegalArgumentException refused) {
      throw json.bad(dense.isEmpty() ? "pooling" : "dense", "can't be: " + refused.getMessage());
    }
  }

  void write(JsonGenerator json) throws IOException {
    if (name.isPresent()) {
      json.writeStringField("output", name.get());
    }
    if (pooling.size() == 1) {
      json.writeStringField("pooling", ModelDescription.word(pooling.getFirst()));
    } else if (!pooling.isEmpty()) {
      writeArray(json, "pooling", words(pooling));
    }
    if (!dense.isEmpty()) {
      writeArray(json, "dense", dense);
    }
    if (normalized.isPresent()) {
      json.writeBooleanField("normalized", normalized.get());
    }
    if (dimensions.isPresent()) {
      json.writeNumberField("dimensions", dimensions.getAsInt());
    }
  }

  private static void writeArray(JsonGenerator json, String field, List<String> values)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }
}
