package io.github.npu4j.tokenizer.pattern;

import io.github.npu4j.tokenizer.pattern.Node.Anchor;
import io.github.npu4j.tokenizer.pattern.Node.Atomic;
import io.github.npu4j.tokenizer.pattern.Node.Chars;
import io.github.npu4j.tokenizer.pattern.Node.Choice;
import io.github.npu4j.tokenizer.pattern.Node.Concat;
import io.github.npu4j.tokenizer.pattern.Node.Empty;
import io.github.npu4j.tokenizer.pattern.Node.Look;
import io.github.npu4j.tokenizer.pattern.Node.Mode;
import io.github.npu4j.tokenizer.pattern.Node.Repeat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes a program of a pattern's nodes, in one pass.
 *
 * <p>Each node becomes a run of instructions that ends where the next node's begin, so that "goes
 * on" needs no instruction. What is known only behind a node, the target of a jump over it, is
 * written into {@code first} or {@code second} once the node has been emitted. Repeats with bounds
 * are written out, which is why the number of instructions is limited: {@code (a{999}){999}} is a
 * short pattern.
 *
 * <p>Alternatives are tried in their order, the first that matches counts, as in Oniguruma, whose
 * patterns a {@code tokenizer.json} has.
 */
final class Compiler {

  /** Far above the largest pattern of any known tokenizer; bounds what a hostile one takes. */
  private static final int MOST_INSTRUCTIONS = 20_000;

  /** In place of a length: texts of more than one length match. */
  private static final int VARIABLE = -1;

  private final List<CodeSet> sets = new ArrayList<>();
  private final Map<CodeSet, Integer> numbers = new HashMap<>();
  // The program so far, an instruction an index; see Program for what the operands mean.
  private byte[] kinds = new byte[64];
  private int[] first = new int[64];
  private int[] second = new int[64];
  private int size;
  private boolean needsBefore;
  private boolean simple = true;

  private Compiler() {}

  /**
   * Compiles a pattern.
   *
   * @throws PatternException if it is too large, or looks back for something of no fixed length
   */
  static Program compile(Node node) {
    Compiler compiler = new Compiler();
    compiler.emit(node);
    compiler.add(Program.DONE, 0, 0);
    return new Program(
        Arrays.copyOf(compiler.kinds, compiler.size),
        Arrays.copyOf(compiler.first, compiler.size),
        Arrays.copyOf(compiler.second, compiler.size),
        List.copyOf(compiler.sets),
        compiler.needsBefore,
        compiler.simple);
  }

  /** Adds an instruction and returns its number. */
  private int add(byte kind, int one, int other) {
    if (size == MOST_INSTRUCTIONS) {
      throw new PatternException("needs more than " + MOST_INSTRUCTIONS + " instructions");
    }
    if (size == kinds.length) {
      kinds = Arrays.copyOf(kinds, 2 * size);
      first = Arrays.copyOf(first, 2 * size);
      second = Arrays.copyOf(second, 2 * size);
    }
    kinds[size] = kind;
    first[size] = one;
    second[size] = other;
    return size++;
  }

  /** Returns the number of a set of characters; equal sets share one, and are tested once. */
  private int number(CodeSet set) {
    return numbers.computeIfAbsent(
        set,
        added -> {
          sets.add(added);
          return sets.size() - 1;
        });
  }

  private void emit(Node node) {
    switch (node) {
      case Empty() -> {}
      case Chars(CodeSet set) -> add(Program.TAKE, number(set), 0);
      case Concat(List<Node> parts) -> parts.forEach(this::emit);
      case Choice(List<Node> parts) -> choice(parts);
      case Repeat repeat -> repeat(repeat);
      case Look look -> look(look);
      case Atomic(Node part) -> atomic(part);
      case Anchor(Node.Place place) -> anchor(place);
    }
  }

  /** Tries the parts one after the other: a split before each but the last, a jump behind it. */
  private void choice(List<Node> parts) {
    int[] jumps = new int[parts.size() - 1];
    for (int i = 0; i < jumps.length; i++) {
      int split = add(Program.SPLIT, size + 1, 0);
      emit(parts.get(i));
      jumps[i] = add(Program.JUMP, 0, 0);
      second[split] = size;
    }
    emit(parts.getLast());
    for (int jump : jumps) {
      first[jump] = size;
    }
  }

  /**
   * Writes the part as often as it has to match, then either a loop or, where there is a maximum,
   * once more for each time that it may match, each behind a way out.
   */
  private void repeat(Repeat repeat) {
    if (repeat.mode() == Mode.POSSESSIVE) {
      // By definition: x*+ is (?>x*).
      atomic(new Repeat(repeat.part(), repeat.minimum(), repeat.maximum(), Mode.GREEDY));
      return;
    }
    boolean lazy = repeat.mode() == Mode.LAZY;
    for (int i = 0; i < repeat.minimum(); i++) {
      emit(repeat.part());
    }
    if (repeat.maximum() == Repeat.UNBOUNDED) {
      int split = split();
      emit(repeat.part());
      add(Program.JUMP, split, 0);
      order(split, lazy);
      return;
    }
    int[] splits = new int[repeat.maximum() - repeat.minimum()];
    for (int i = 0; i < splits.length; i++) {
      splits[i] = split();
      emit(repeat.part());
    }
    for (int split : splits) {
      order(split, lazy);
    }
  }

  /** Adds a split whose other way is not known yet. */
  private int split() {
    return add(Program.SPLIT, size + 1, 0);
  }

  /** Lets a split choose between what follows it and what comes now. */
  private void order(int split, boolean lazy) {
    second[split] = size;
    // The first operand is tried first: a greedy repeat goes in, a lazy one goes on.
    if (lazy) {
      second[split] = first[split];
      first[split] = size;
    }
  }

  /** Runs the part as a program of its own: what it has taken is never given back. */
  private void atomic(Node part) {
    simple = false;
    int atomic = add(Program.ATOMIC, 0, 0);
    emit(part);
    add(Program.DONE, 0, 0);
    first[atomic] = size;
  }

  /** Looks around; for one character, which is the usual case, without a program of its own. */
  private void look(Look look) {
    if (look.part() instanceof Chars(CodeSet set)) {
      needsBefore |= !look.ahead();
      byte kind =
          look.ahead()
              ? look.negative() ? Program.NEXT_NOT_IN : Program.NEXT_IN
              : look.negative() ? Program.BEFORE_NOT_IN : Program.BEFORE_IN;
      add(kind, number(set), 0);
      return;
    }
    simple = false;
    if (look.ahead()) {
      looked(look.negative() ? Program.NOT_AHEAD : Program.AHEAD, look.part(), 0);
    } else {
      behind(look);
    }
  }

  /** Adds a look that runs the part as a program of its own, and goes on behind it. */
  private void looked(byte kind, Node part, int length) {
    int instruction = add(kind, 0, length);
    emit(part);
    add(Program.DONE, 0, 0);
    first[instruction] = size;
  }

  /** Looks back alternative by alternative, each of which has one length. */
  private void behind(Look look) {
    List<Node> parts =
        look.part() instanceof Choice(List<Node> several) ? several : List.of(look.part());
    // Not behind (a|bc) is not behind a, and not behind bc.
    if (look.negative()) {
      for (Node part : parts) {
        looked(Program.NOT_BEHIND, part, fixedLength(part));
      }
      return;
    }
    int[] jumps = new int[parts.size() - 1];
    for (int i = 0; i < parts.size(); i++) {
      boolean last = i == jumps.length;
      int split = last ? 0 : split();
      looked(Program.BEHIND, parts.get(i), fixedLength(parts.get(i)));
      if (!last) {
        jumps[i] = add(Program.JUMP, 0, 0);
        second[split] = size;
      }
    }
    for (int jump : jumps) {
      first[jump] = size;
    }
  }

  /** Returns how many characters back a look begins. */
  private static int fixedLength(Node node) {
    int length = length(node);
    if (length == VARIABLE) {
      throw new PatternException("looks back for what has no fixed length");
    }
    return length;
  }

  /** Returns how many characters a node matches, or {@link #VARIABLE}. */
  private static int length(Node node) {
    return switch (node) {
      case Empty() -> 0;
      case Chars(CodeSet set) -> 1;
      case Look look -> 0;
      case Anchor anchor -> 0;
      case Atomic(Node part) -> length(part);
      case Repeat repeat -> {
        int one = length(repeat.part());
        yield one == VARIABLE || repeat.minimum() != repeat.maximum()
            ? VARIABLE
            : one * repeat.minimum();
      }
      case Concat(List<Node> parts) -> {
        int sum = 0;
        for (Node part : parts) {
          int one = length(part);
          if (one == VARIABLE) {
            yield VARIABLE;
          }
          sum += one;
        }
        yield sum;
      }
      case Choice(List<Node> parts) -> {
        int same = length(parts.getFirst());
        for (Node part : parts) {
          if (length(part) != same) {
            yield VARIABLE;
          }
        }
        yield same;
      }
    };
  }

  private void anchor(Node.Place place) {
    byte kind =
        switch (place) {
          case LINE_START -> Program.LINE_START;
          case LINE_END -> Program.LINE_END;
          case TEXT_START -> Program.TEXT_START;
          case TEXT_END -> Program.TEXT_END;
          case LAST_LINE_END -> Program.LAST_LINE_END;
          case WORD_BOUNDARY -> Program.BOUNDARY;
          case NO_WORD_BOUNDARY -> Program.NO_BOUNDARY;
        };
    // Whether a line is the last one shows only behind it.
    simple &= kind != Program.LAST_LINE_END;
    needsBefore |= kind != Program.LINE_END && kind != Program.TEXT_END;
    int set =
        switch (place) {
          case WORD_BOUNDARY, NO_WORD_BOUNDARY -> number(Properties.WORD);
          case LINE_START, LINE_END, LAST_LINE_END -> number(new CodeSet.Range('\n', '\n'));
          case TEXT_START, TEXT_END -> 0;
        };
    add(kind, set, 0);
  }
}
