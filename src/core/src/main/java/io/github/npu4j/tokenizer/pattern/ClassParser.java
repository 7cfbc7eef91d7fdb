package io.github.npu4j.tokenizer.pattern;

import io.github.npu4j.tokenizer.pattern.CodeSet.Intersection;
import io.github.npu4j.tokenizer.pattern.CodeSet.Not;
import io.github.npu4j.tokenizer.pattern.CodeSet.Range;
import io.github.npu4j.tokenizer.pattern.CodeSet.Union;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a set of characters in square brackets, behind the opening one, by Oniguruma's rules: sets
 * nest, {@code &&} intersects all before it with all behind it, and a {@code ]} that comes first is
 * a character.
 */
final class ClassParser {

  /** Sets may nest this deep: reading them is recursive, and the pattern may be hostile. */
  private static final int DEEPEST = 50;

  private final Cursor in;
  private int depth;

  ClassParser(Cursor in) {
    this.in = in;
  }

  /**
   * Reads a set up to its closing bracket, which is taken.
   *
   * @throws PatternException if it is not well-formed
   */
  CodeSet read() {
    if (++depth > DEEPEST) {
      throw new PatternException("nests sets more than " + DEEPEST + " deep");
    }
    boolean negative = in.take('^');
    // The intersection of what stands before the last &&; null before the first one.
    CodeSet set = null;
    List<CodeSet> parts = new ArrayList<>();
    boolean first = true;
    while (true) {
      if (in.atEnd()) {
        throw new PatternException("does not close a set");
      }
      if (!first && in.take(']')) {
        break;
      }
      if (in.take("&&")) {
        set = both(set, union(parts));
        parts = new ArrayList<>();
      } else {
        parts.add(part());
      }
      first = false;
    }
    CodeSet all = both(set, union(parts));
    depth--;
    return negative ? new Not(all) : all;
  }

  private static CodeSet both(@Nullable CodeSet one, CodeSet other) {
    return one == null ? other : new Intersection(one, other);
  }

  private static CodeSet union(List<CodeSet> parts) {
    return parts.size() == 1 ? parts.getFirst() : new Union(List.copyOf(parts));
  }

  /** Reads a member: a POSIX class, a set, an escape, or a character that may begin a range. */
  private CodeSet part() {
    if (in.looksAt("[:")) {
      CodeSet posix = posix();
      if (posix != null) {
        return posix;
      }
    }
    if (in.take('[')) {
      return read();
    }
    if (in.looksAt("\\")) {
      in.take();
      if (in.atEnd()) {
        throw new PatternException("ends with a backslash");
      }
      CodeSet named = in.namedSet(Properties.WORD_IN_SET);
      if (named != null) {
        return named;
      }
      return from(escaped());
    }
    return from(in.take());
  }

  /** Reads a character behind a backslash; some letters mean something else in a set. */
  private int escaped() {
    int letter = in.peek();
    if (letter == 'b') {
      in.take();
      return '\b';
    }
    if (letter == 'R' || letter == 'X' || letter == 'c' || letter == 'C' || letter == 'M') {
      throw new PatternException("has \\" + (char) letter + " in a set");
    }
    return in.escapedCharacter();
  }

  /** Reads a class such as {@code [:alpha:]}. */
  private @Nullable CodeSet posix() {
    Cursor start = in;
    start.take("[:");
    boolean negative = in.take('^');
    String name = in.takeUntil(":]");
    if (name == null || name.length() > 10) {
      throw new PatternException("has [: in a set and no :]");
    }
    CodeSet set = Properties.named(name);
    return negative ? new Not(set) : set;
  }

  /** Reads what may follow a character: the other end of a range. */
  private CodeSet from(int low) {
    // A minus sign at the end of a set, or before another set, is a character.
    if (!in.looksAt("-") || in.looksAt("-]") || in.looksAt("-[") || in.looksAt("-&&")) {
      return new Range(low, low);
    }
    in.take();
    if (in.atEnd()) {
      throw new PatternException("does not close a set");
    }
    int high;
    if (in.take('\\')) {
      if (in.atEnd() || in.namedSet(Properties.WORD_IN_SET) != null) {
        throw new PatternException("has a range up to a set");
      }
      high = escaped();
    } else {
      high = in.take();
    }
    if (high < low) {
      throw new PatternException("has a range that ends before it begins");
    }
    return new Range(low, high);
  }
}
