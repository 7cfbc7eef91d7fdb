package io.github.npu4j.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The numbers of an official binary interface, read from {@code src/native/src/test/resources/abi}.
 *
 * <p>One fact a line, {@code #} begins a comment: {@code TYPE SIZE} in bytes, {@code TYPE.FIELD
 * OFFSET SIZE}, {@code NAME = VALUE}.
 */
public final class AbiTable {

  private final Map<String, List<String>> facts = new LinkedHashMap<>();

  private AbiTable() {}

  /** Reads one table, such as {@code "ort"}. */
  public static AbiTable read(String name) {
    AbiTable table = new AbiTable();
    try (InputStream in = AbiTable.class.getResourceAsStream("/abi/" + name + ".txt")) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        if (!line.startsWith("#") && !line.isBlank()) {
          List<String> words = List.of(line.strip().split(" "));
          table.facts.put(words.getFirst(), words.subList(1, words.size()));
        }
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return table;
  }

  /** Returns the offset of {@code TYPE.FIELD} in bytes, or -1 if the table has no such field. */
  public long offset(String type, String field) {
    List<String> fact = facts.get(type + "." + field);
    return fact == null ? -1 : Long.parseLong(fact.getFirst());
  }

  /** Returns the value of an enumerator, or {@code null} if the table has no such name. */
  public Long constant(String name) {
    List<String> fact = facts.get(name);
    return fact == null || !fact.getFirst().equals("=") ? null : Long.valueOf(fact.get(1));
  }
}
