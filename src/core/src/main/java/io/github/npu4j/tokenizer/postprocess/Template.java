package io.github.npu4j.tokenizer.postprocess;

import io.github.npu4j.tokenizer.pipeline.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** In which order the tokens of one text, or of two, and special tokens stand. Immutable. */
public final class Template {

  /** In place of an id: the tokens of the first text. */
  public static final int FIRST = -1;

  /** In place of an id: the tokens of the second text. */
  public static final int SECOND = -2;

  private final int[] ids;
  private final int[] typeIds;
  private final int specialTokens;
  private final boolean typed;

  /** A part of a template: an id, {@link #FIRST} or {@link #SECOND}, and its segment. */
  public record Part(int id, int typeId) {}

  public Template(List<Part> parts) {
    ids = new int[parts.size()];
    typeIds = new int[parts.size()];
    int special = 0;
    boolean other = false;
    for (int i = 0; i < ids.length; i++) {
      Part part = parts.get(i);
      ids[i] = part.id();
      typeIds[i] = part.typeId();
      special += part.id() >= 0 ? 1 : 0;
      other |= part.typeId() != 0;
    }
    specialTokens = special;
    typed = other;
  }

  /** Returns the template that puts nothing around texts. */
  public static Template plain(boolean pair) {
    List<Part> parts = new ArrayList<>(List.of(new Part(FIRST, 0)));
    if (pair) {
      parts.add(new Part(SECOND, 1));
    }
    return new Template(parts);
  }

  /** Returns how many parts there are. */
  public int size() {
    return ids.length;
  }

  /** Returns the id of a part, or {@link #FIRST} or {@link #SECOND}. */
  public int id(int part) {
    return ids[part];
  }

  /** Returns the segment of a part. */
  public int typeId(int part) {
    return typeIds[part];
  }

  /** Returns how many special tokens there are. */
  public int specialTokens() {
    return specialTokens;
  }

  /** Returns whether any part is of another segment than 0. */
  public boolean isTyped() {
    return typed;
  }

  /** Returns how many ids there are for texts of {@code first} and {@code second} tokens. */
  public int length(int first, int second) {
    int length = 0;
    for (int id : ids) {
      length += id == FIRST ? first : id == SECOND ? second : 1;
    }
    return length;
  }

  /**
   * Writes the ids of texts.
   *
   * @param keptOfFirst how many tokens of the first text count
   * @param keptOfSecond how many of the second
   * @param ids where they are written to
   * @param typeIds where their segments are written to, or an empty array
   */
  public void write(
      Tokens first, int keptOfFirst, Tokens second, int keptOfSecond, long[] ids, long[] typeIds) {
    int at = 0;
    for (int part = 0; part < this.ids.length; part++) {
      int start = at;
      int id = this.ids[part];
      if (id == FIRST) {
        for (int i = 0; i < keptOfFirst; i++) {
          ids[at++] = first.id(i);
        }
      } else if (id == SECOND) {
        for (int i = 0; i < keptOfSecond; i++) {
          ids[at++] = second.id(i);
        }
      } else {
        ids[at++] = id;
      }
      if (typeIds.length > 0) {
        Arrays.fill(typeIds, start, at, this.typeIds[part]);
      }
    }
  }
}
