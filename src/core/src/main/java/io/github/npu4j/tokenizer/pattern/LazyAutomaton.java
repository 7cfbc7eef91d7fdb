package io.github.npu4j.tokenizer.pattern;

import io.github.npu4j.tokenizer.unicode.Utf8Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A program run as a deterministic automaton, whose states are made when a text leads to them.
 *
 * <p>A state is a list of the program's instructions that wait for a character, the preferred ones
 * first, and the class of the character before where that counts. What is asked of the next
 * character is answered when it is known, so that a match is noticed one character late; at the end
 * of the text that character is {@link CharacterClasses#NONE}.
 *
 * <p>May be shared by threads: a row of transitions is read without a lock, and what it does not
 * have yet is made under one.
 */
final class LazyAutomaton {

  /** No match. */
  static final int NONE = -1;

  /** There are too many states: another matcher is to be asked. */
  static final int TOO_LARGE = -2;

  private static final int MOST_STATES = 3000;
  private static final int MOST_CELLS = 1 << 20;
  private static final int NOT_MADE = 0;

  /** The state that leads nowhere; with the two lowest bits of a transition. */
  private static final int DEAD = 1;

  private static final int MATCHED = 1;

  private final Program program;
  private final CharacterClasses classes;
  private final Map<Key, Integer> numbers = new HashMap<>();
  private final List<Key> states = new ArrayList<>();
  private final Closure closure;
  private int cells;
  private volatile boolean full;

  /** For each state and class, twice the next state's number, plus one if a match ends here. */
  private int[][] rows = new int[16][];

  private int[] starts = new int[16];

  /** Instructions in order of preference. */
  private record Key(int[] instructions, int before) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Key(int[] theirs, int theirBefore)
          && before == theirBefore
          && Arrays.equals(instructions, theirs);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(instructions) + before;
    }
  }

  LazyAutomaton(Program program, CharacterClasses classes) {
    this.program = program;
    this.classes = classes;
    this.closure = new Closure();
    states.add(new Key(new int[0], 0)); // not in use, so that no transition is zero
    states.add(new Key(new int[0], 0));
    numbers.put(states.getLast(), DEAD);
  }

  /**
   * Matches at a place.
   *
   * @param text UTF-8
   * @return where the match ends, {@link #NONE}, or {@link #TOO_LARGE}
   */
  int match(byte[] text, int start, int end, int from, MatchScratch scratch) {
    if (full) {
      return TOO_LARGE;
    }
    int before =
        program.needsBefore() && from > start
            ? classes.of(Utf8Text.codePoint(text, Utf8Text.previous(text, from)))
            : CharacterClasses.NONE;
    int state = start(before);
    int found = NONE;
    int at = from;
    while (true) {
      int length = 0;
      int next = CharacterClasses.NONE;
      if (at < end) {
        int first = text[at];
        if (first >= 0) {
          next = classes.of(first);
          length = 1;
        } else {
          next = classes.of(Utf8Text.codePoint(text, at));
          length = Utf8Text.length(text[at]);
        }
      }
      int transition = transition(state, next);
      if ((transition & MATCHED) != 0) {
        found = at;
      }
      state = transition >> 1;
      if (state == DEAD || at >= end) {
        break;
      }
      at += length;
    }
    scratch.count(at - from + 1, end - start);
    return full ? TOO_LARGE : found;
  }

  private int start(int before) {
    int[] known = starts;
    int state = before < known.length ? known[before] : NOT_MADE;
    return state == NOT_MADE ? makeStart(before) : state;
  }

  private synchronized int makeStart(int before) {
    int state = number(new Key(new int[] {0}, before));
    if (before >= starts.length) {
      starts = Arrays.copyOf(starts, Math.max(before + 1, 2 * starts.length));
    }
    starts[before] = state;
    return state;
  }

  private int transition(int state, int next) {
    int[][] known = rows;
    if (state < known.length) {
      int[] row = known[state];
      if (row != null && next < row.length && row[next] != NOT_MADE) {
        return row[next];
      }
    }
    return make(state, next);
  }

  private synchronized int make(int state, int next) {
    Key key = states.get(state);
    boolean matched = closure.step(key, next);
    int target =
        next == CharacterClasses.NONE
            ? DEAD
            : number(new Key(closure.reached(), program.needsBefore() ? next : 0));
    int transition = target << 1 | (matched ? MATCHED : 0);
    if (state >= rows.length) {
      rows = Arrays.copyOf(rows, Math.max(state + 1, 2 * rows.length));
    }
    int[] row = rows[state];
    if (row == null || next >= row.length) {
      int length = Math.max(next + 8, row == null ? 24 : 2 * row.length);
      row = row == null ? new int[length] : Arrays.copyOf(row, length);
      cells += length;
    }
    row[next] = transition;
    rows[state] = row;
    return transition;
  }

  private int number(Key key) {
    int[] instructions = key.instructions();
    Key known = instructions.length == 0 ? states.get(DEAD) : key;
    Integer number = numbers.get(known);
    if (number != null) {
      return number;
    }
    if (states.size() >= MOST_STATES || cells > MOST_CELLS) {
      full = true;
      return DEAD;
    }
    states.add(known);
    cells += instructions.length;
    numbers.put(known, states.size() - 1);
    return states.size() - 1;
  }

  /** Follows the instructions that take no character; used under the automaton's lock. */
  private final class Closure {

    private final int[] stack = new int[2 * program.size() + 2];
    private final int[] seen = new int[program.size()];
    private final int[] added = new int[program.size()];
    private final int[] targets = new int[program.size()];
    private int round;
    private int count;

    /** Returns whether a match ends before the next character. */
    boolean step(Key key, int next) {
      round++;
      count = 0;
      for (int instruction : key.instructions()) {
        if (follow(instruction, key.before(), next)) {
          return true;
        }
      }
      return false;
    }

    int[] reached() {
      return Arrays.copyOf(targets, count);
    }

    private boolean follow(int from, int before, int next) {
      int depth = 0;
      stack[depth++] = from;
      while (depth > 0) {
        int at = stack[--depth];
        if (seen[at] == round) {
          continue;
        }
        seen[at] = round;
        int operand = program.first()[at];
        switch (program.kinds()[at]) {
          case Program.DONE -> {
            return true;
          }
          case Program.TAKE -> {
            if (classes.isIn(next, operand) && added[at + 1] != round) {
              added[at + 1] = round;
              targets[count++] = at + 1;
            }
          }
          case Program.JUMP -> stack[depth++] = operand;
          case Program.SPLIT -> {
            stack[depth++] = program.second()[at];
            stack[depth++] = operand;
          }
          default -> {
            if (holds(program.kinds()[at], operand, before, next)) {
              stack[depth++] = at + 1;
            }
          }
        }
      }
      return false;
    }

    private boolean holds(byte kind, int set, int before, int next) {
      return switch (kind) {
        case Program.NEXT_IN -> classes.isIn(next, set);
        case Program.NEXT_NOT_IN -> !classes.isIn(next, set);
        case Program.BEFORE_IN -> classes.isIn(before, set);
        case Program.BEFORE_NOT_IN -> !classes.isIn(before, set);
        case Program.LINE_START ->
            before == CharacterClasses.NONE
                || classes.isIn(before, set) && next != CharacterClasses.NONE;
        case Program.LINE_END -> next == CharacterClasses.NONE || classes.isIn(next, set);
        case Program.TEXT_START -> before == CharacterClasses.NONE;
        case Program.TEXT_END -> next == CharacterClasses.NONE;
        case Program.BOUNDARY -> classes.isIn(before, set) != classes.isIn(next, set);
        case Program.NO_BOUNDARY -> classes.isIn(before, set) == classes.isIn(next, set);
        default -> throw new AssertionError(kind);
      };
    }
  }
}
