package io.github.npu4j.tokenizer.json;

import io.github.npu4j.tokenizer.pipeline.TokenizerDefect;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The members of an object of a {@code tokenizer.json}.
 *
 * @param owner what the object is, for messages: "its normalizer"
 */
record Fields(String owner, Map<?, ?> members) {

  private static final int MOST_PARTS = 256;

  /** Returns the members of what has to be an object. */
  static Fields of(String owner, @Nullable Object value) {
    if (value instanceof Map<?, ?> members) {
      return new Fields(owner, members);
    }
    throw new TokenizerDefect(owner + " is no object");
  }

  /** Returns what kind of thing it is. */
  String type() {
    if (members.get("type") instanceof String type) {
      return type;
    }
    throw new TokenizerDefect(owner + " has a part that does not say its type");
  }

  TokenizerDefect wrong(String why) {
    return new TokenizerDefect(owner + " " + why);
  }

  private TokenizerDefect lacks(String name, String kind) {
    return wrong("has no " + name + " that is " + kind);
  }

  @Nullable Object get(String name) {
    return members.get(name);
  }

  boolean has(String name) {
    return members.get(name) != null;
  }

  String text(String name) {
    if (members.get(name) instanceof String text) {
      return text;
    }
    throw lacks(name, "a text");
  }

  /** Returns a text, or another one if there is none. */
  String text(String name, String otherwise) {
    return has(name) ? text(name) : otherwise;
  }

  boolean flag(String name) {
    if (members.get(name) instanceof Boolean flag) {
      return flag;
    }
    throw lacks(name, "true or false");
  }

  boolean flag(String name, boolean otherwise) {
    return has(name) ? flag(name) : otherwise;
  }

  /** Returns a number from 0 on. */
  int number(String name) {
    if (members.get(name) instanceof Long number && number >= 0) {
      return (int) Math.min(number, Integer.MAX_VALUE);
    }
    throw lacks(name, "a number");
  }

  int number(String name, int otherwise) {
    return has(name) ? number(name) : otherwise;
  }

  /** Returns the one character of a text. */
  int character(String name) {
    String text = text(name);
    if (text.isEmpty() || text.codePointCount(0, text.length()) != 1) {
      throw lacks(name, "one character");
    }
    return text.codePointAt(0);
  }

  List<?> list(String name) {
    if (members.get(name) instanceof List<?> list) {
      return list;
    }
    throw lacks(name, "a list");
  }

  /** Returns the objects of a list of steps. */
  List<Fields> parts(String name) {
    List<?> list = list(name);
    if (list.size() > MOST_PARTS) {
      throw wrong("has " + list.size() + " parts");
    }
    List<Fields> parts = new ArrayList<>();
    for (Object part : list) {
      parts.add(of(owner, part));
    }
    return parts;
  }
}
