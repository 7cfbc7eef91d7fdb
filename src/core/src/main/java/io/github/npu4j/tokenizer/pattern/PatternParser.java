package io.github.npu4j.tokenizer.pattern;

import io.github.npu4j.tokenizer.pattern.CodeSet.Folded;
import io.github.npu4j.tokenizer.pattern.CodeSet.IgnoringCase;
import io.github.npu4j.tokenizer.pattern.CodeSet.Not;
import io.github.npu4j.tokenizer.pattern.CodeSet.Range;
import io.github.npu4j.tokenizer.pattern.Node.Anchor;
import io.github.npu4j.tokenizer.pattern.Node.Atomic;
import io.github.npu4j.tokenizer.pattern.Node.Chars;
import io.github.npu4j.tokenizer.pattern.Node.Choice;
import io.github.npu4j.tokenizer.pattern.Node.Concat;
import io.github.npu4j.tokenizer.pattern.Node.Empty;
import io.github.npu4j.tokenizer.pattern.Node.Look;
import io.github.npu4j.tokenizer.pattern.Node.Mode;
import io.github.npu4j.tokenizer.pattern.Node.Place;
import io.github.npu4j.tokenizer.pattern.Node.Repeat;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads Oniguruma's own syntax, the one that Hugging Face's tokenizers use: much as Perl's, but
 * {@code ^} and {@code $} stand for the ends of lines, {@code (?m)} lets a dot be a line break, and
 * an option without a colon reaches over the alternatives that follow it.
 *
 * @see <a href="https://github.com/kkos/oniguruma/blob/master/doc/RE">Oniguruma's description</a>
 */
final class PatternParser {

  private static final int IGNORE_CASE = 1;
  private static final int DOT_IS_ANY = 2;
  private static final int EXTENDED = 4;

  private static final int DEEPEST = 200;
  private static final int LONGEST = 1 << 16;
  private static final int MOST_REPETITIONS = 1000;

  /** Letters and digits that Oniguruma knows behind a backslash and this reader does not. */
  private static final String UNSUPPORTED = "GKXyYkgQCMc123456789";

  /** What, written in lower case, one character may stand for where case does not count. */
  private static final String[] FOLDED_SEQUENCES = {"ss", "ff", "fi", "fl", "st"};

  private final Cursor in;
  private int depth;

  private PatternParser(String pattern) {
    this.in = new Cursor(pattern);
  }

  /**
   * Reads a pattern.
   *
   * @throws PatternException if it is no pattern, or has what is not supported here
   */
  static Node parse(String pattern) {
    if (pattern.length() > LONGEST) {
      throw new PatternException("has " + pattern.length() + " characters");
    }
    PatternParser parser = new PatternParser(pattern);
    Node node = parser.alternatives(0);
    if (!parser.in.atEnd()) {
      throw new PatternException("closes a group that it did not open");
    }
    return node;
  }

  /** Reads up to a closing bracket or the end. */
  private Node alternatives(int options) {
    if (++depth > DEEPEST) {
      throw new PatternException("is nested more than " + DEEPEST + " deep");
    }
    List<Node> all = new ArrayList<>();
    do {
      all.add(sequence(options));
    } while (in.take('|'));
    depth--;
    return all.size() == 1 ? all.getFirst() : new Choice(all);
  }

  private Node sequence(int options) {
    List<Node> parts = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    while (!in.atEnd() && in.peek() != '|' && in.peek() != ')') {
      if ((options & EXTENDED) != 0 && skipIgnored()) {
        continue;
      }
      if (in.looksAt("(?#")) {
        in.skipPast(')');
        continue;
      }
      int before = in.peek();
      Node part = atom(options);
      note(literal, before, part, options);
      parts.add(quantified(part, options));
    }
    return parts.isEmpty() ? new Empty() : parts.size() == 1 ? parts.getFirst() : new Concat(parts);
  }

  private boolean skipIgnored() {
    int next = in.peek();
    if (next == '#') {
      in.skipPast('\n');
      return true;
    }
    if (next == ' ' || next >= '\t' && next <= '\r') {
      in.take();
      return true;
    }
    return false;
  }

  /** Refuses sequences that Oniguruma finds in one character, too: a sharp s is a double s. */
  private static void note(StringBuilder literal, int character, Node part, int options) {
    boolean plain = part instanceof Chars && Character.isLetter(character);
    if ((options & IGNORE_CASE) == 0 || !plain) {
      literal.setLength(0);
      return;
    }
    literal.appendCodePoint(Character.toLowerCase(character));
    for (String sequence : FOLDED_SEQUENCES) {
      if (literal.toString().endsWith(sequence)) {
        throw new PatternException(
            "looks for " + sequence + " in any case, which stands for a ligature, too");
      }
    }
  }

  private Node atom(int options) {
    int character = in.take();
    return switch (character) {
      case '(' -> group(options);
      case '[' -> chars(new ClassParser(in).read(), options);
      case '.' ->
          new Chars((options & DOT_IS_ANY) != 0 ? Properties.ANY : new Not(new Range('\n', '\n')));
      case '^' -> new Anchor(Place.LINE_START);
      case '$' -> new Anchor(Place.LINE_END);
      case '\\' -> escape(options);
      case '*', '+', '?' -> throw new PatternException("repeats nothing");
      default -> literal(character, options);
    };
  }

  private static Node literal(int character, int options) {
    return (options & IGNORE_CASE) != 0
        ? new Chars(new Folded(CodeSet.fold(character)))
        : new Chars(new Range(character, character));
  }

  private static Node chars(CodeSet set, int options) {
    if ((options & IGNORE_CASE) == 0) {
      return new Chars(set);
    }
    return new Chars(
        set instanceof Not(CodeSet inside)
            ? new Not(new IgnoringCase(inside))
            : new IgnoringCase(set));
  }

  private Node escape(int options) {
    if (in.atEnd()) {
      throw new PatternException("ends with a backslash");
    }
    int letter = in.peek();
    CodeSet named = in.namedSet(Properties.WORD);
    if (named != null) {
      return new Chars(named);
    }
    Place place =
        switch (letter) {
          case 'b' -> Place.WORD_BOUNDARY;
          case 'B' -> Place.NO_WORD_BOUNDARY;
          case 'A' -> Place.TEXT_START;
          case 'z' -> Place.TEXT_END;
          case 'Z' -> Place.LAST_LINE_END;
          default -> null;
        };
    if (place != null) {
      in.take();
      return new Anchor(place);
    }
    if (UNSUPPORTED.indexOf(letter) >= 0) {
      throw new PatternException("has \\" + (char) letter + ", which is not supported");
    }
    return switch (letter) {
      case 'N' -> taken(new Chars(new Not(new Range('\n', '\n'))));
      case 'O' -> taken(new Chars(Properties.ANY));
      case 'R' -> taken(lineBreak());
      default -> literal(in.escapedCharacter(), options);
    };
  }

  /** Takes the letter that stands for a part. */
  private Node taken(Node part) {
    in.take();
    return part;
  }

  /** A carriage return with its line feed, or one of the characters that break a line. */
  private static Node lineBreak() {
    Node pair =
        new Concat(List.of(new Chars(new Range('\r', '\r')), new Chars(new Range('\n', '\n'))));
    CodeSet single =
        new CodeSet.Union(
            List.of(new Range('\n', '\r'), new Range(0x85, 0x85), new Range(0x2028, 0x2029)));
    return new Atomic(new Choice(List.of(pair, new Chars(single))));
  }

  private Node group(int options) {
    if (!in.take('?')) {
      return closed(alternatives(options));
    }
    int kind = in.takeOrEnd();
    return switch (kind) {
      case ':' -> closed(alternatives(options));
      case '=' -> new Look(closed(alternatives(options)), true, false);
      case '!' -> new Look(closed(alternatives(options)), true, true);
      case '>' -> new Atomic(closed(alternatives(options)));
      case '<' -> behindOrNamed(options);
      case '\'' -> {
        in.skipPast('\'');
        yield closed(alternatives(options));
      }
      case '~', '(', '{', '@', '&', 'R', 'P' ->
          throw new PatternException("has (?" + (char) kind + ", which is not supported");
      default -> optioned(kind, options);
    };
  }

  private Node behindOrNamed(int options) {
    if (in.take('=')) {
      return new Look(closed(alternatives(options)), false, false);
    }
    if (in.take('!')) {
      return new Look(closed(alternatives(options)), false, true);
    }
    in.skipPast('>');
    return closed(alternatives(options));
  }

  private Node optioned(int first, int options) {
    int changed = options;
    boolean off = false;
    int letter = first;
    while (letter != ':' && letter != ')') {
      if (letter == '-' && !off) {
        off = true;
      } else {
        int option =
            switch (letter) {
              case 'i' -> IGNORE_CASE;
              case 'm' -> DOT_IS_ANY;
              case 'x' -> EXTENDED;
              default -> throw new PatternException("has an unknown kind of group");
            };
        changed = off ? changed & ~option : changed | option;
      }
      letter = in.takeOrEnd();
    }
    Node rest = alternatives(changed);
    return letter == ':' ? closed(rest) : rest;
  }

  private Node closed(Node inside) {
    if (!in.take(')')) {
      throw new PatternException("does not close a group");
    }
    return inside;
  }

  private Node quantified(Node part, int options) {
    Node node = part;
    while (!in.atEnd()) {
      if ((options & EXTENDED) != 0 && skipIgnored()) {
        continue;
      }
      int next = in.peek();
      if (next == '*' || next == '+' || next == '?') {
        in.take();
        node = repeat(node, next == '+' ? 1 : 0, next == '?' ? 1 : Repeat.UNBOUNDED, modeOfSign());
      } else if (next == '{') {
        int[] counts = in.counts();
        if (counts.length == 0) {
          return node; // a brace like any other character
        }
        node = counted(node, counts);
      } else {
        return node;
      }
    }
    return node;
  }

  private Mode modeOfSign() {
    return in.take('?') ? Mode.LAZY : in.take('+') ? Mode.POSSESSIVE : Mode.GREEDY;
  }

  /** Behind one number a question mark makes all of it optional; behind two, lazy. */
  private Node counted(Node node, int[] counts) {
    int low = counts[0];
    int high = counts[1];
    if (high != Repeat.UNBOUNDED && low > high || Math.max(low, high) > MOST_REPETITIONS) {
      throw new PatternException("repeats from " + low + " to " + high + " times");
    }
    if (low == high) {
      Node exact = repeat(node, low, high, Mode.GREEDY);
      return in.take('?') ? repeat(exact, 0, 1, Mode.GREEDY) : exact;
    }
    return repeat(node, low, high, in.take('?') ? Mode.LAZY : Mode.GREEDY);
  }

  private static Node repeat(Node node, int low, int high, Mode mode) {
    if (node instanceof Anchor || node instanceof Look) {
      return low == 0 ? new Empty() : node;
    }
    return new Repeat(node, low, high, mode);
  }
}
