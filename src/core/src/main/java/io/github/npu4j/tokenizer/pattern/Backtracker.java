package io.github.npu4j.tokenizer.pattern;

import io.github.npu4j.tokenizer.unicode.Utf8Text;
import java.util.Arrays;

/**
 * A program run by trying one way after the other. An instruction that has failed at a place of a
 * text fails there for ever, which is remembered for the whole text, so that no way is gone twice.
 */
final class Backtracker {

  static final int NONE = -1;

  /** The most bits that are remembered; where a text would need more, it is refused. */
  private static final long MOST_BITS = 1L << 32;

  private final Program program;

  /** For each instruction that chooses its number among them, or -1. */
  private final int[] choices;

  private final int choiceCount;
  private final boolean looksAhead;

  Backtracker(Program program) {
    this.program = program;
    this.choices = new int[program.size()];
    int count = 0;
    for (int at = 0; at < choices.length; at++) {
      choices[at] = program.kinds()[at] == Program.SPLIT ? count++ : -1;
    }
    this.choiceCount = count;
    boolean looks = false;
    for (byte kind : program.kinds()) {
      looks |= kind == Program.AHEAD || kind == Program.NOT_AHEAD;
    }
    this.looksAhead = looks;
  }

  /** Prepares for a text; to be called before the first match in it. */
  void begin(int length, MatchScratch scratch) {
    long bits = (long) choiceCount * (length + 1);
    if (bits > MOST_BITS) {
      throw new PatternException("needs more memory than there is for " + length + " bytes");
    }
    scratch.remember(bits, looksAhead);
  }

  /** Matches at a place; returns where the match ends, or {@link #NONE}. */
  int match(byte[] text, int start, int end, int from, MatchScratch scratch) {
    return new Run(text, start, end, scratch).find(0, from, 0, 0, false);
  }

  private final class Run {

    private final byte[] text;
    private final int start;
    private final int end;
    private final MatchScratch scratch;

    Run(byte[] text, int start, int end, MatchScratch scratch) {
      this.text = text;
      this.start = start;
      this.end = end;
      this.scratch = scratch;
    }

    /**
     * Follows a program from an instruction and a place up to its end.
     *
     * @param bottom how much of the stack belongs to others
     * @param trailBottom how much of the trail does
     * @param looking whether only whether it is found counts, and not where it ends
     */
    int find(int instruction, int place, int bottom, int trailBottom, boolean looking) {
      int top = bottom;
      int trail = trailBottom;
      int pc = instruction;
      int at = place;
      long steps = 0;
      while (true) {
        steps++;
        boolean failed = false;
        switch (program.kinds()[pc]) {
          case Program.DONE -> {
            scratch.count(steps, end - start);
            forget(trailBottom, trail, looking);
            return at;
          }
          case Program.TAKE -> {
            if (at < end && set(pc).contains(Utf8Text.codePoint(text, at))) {
              at += Utf8Text.length(text[at]);
              pc++;
            } else {
              failed = true;
            }
          }
          case Program.JUMP -> pc = program.first()[pc];
          case Program.SPLIT -> {
            long bit = (long) (at - start) * choiceCount + choices[pc];
            if (looking && isIn(scratch.found, bit)) {
              scratch.count(steps, end - start);
              forget(trailBottom, trail, true);
              return at;
            }
            if (isIn(scratch.failed, bit)) {
              failed = true;
            } else {
              set(bit);
              scratch.trail = room(scratch.trail, trail + 2);
              scratch.trail[trail++] = (int) (bit >>> 32);
              scratch.trail[trail++] = (int) bit;
              scratch.stack = room(scratch.stack, top + 3);
              scratch.stack[top++] = program.second()[pc];
              scratch.stack[top++] = at;
              scratch.stack[top++] = trail;
              pc = program.first()[pc];
            }
          }
          case Program.ATOMIC -> {
            int found = find(pc + 1, at, top, trail, false);
            failed = found == NONE;
            at = failed ? at : found;
            pc = program.first()[pc];
          }
          case Program.AHEAD, Program.NOT_AHEAD -> {
            boolean found = find(pc + 1, at, top, trail, true) != NONE;
            failed = found != (program.kinds()[pc] == Program.AHEAD);
            pc = program.first()[pc];
          }
          case Program.BEHIND, Program.NOT_BEHIND -> {
            int back = back(at, program.second()[pc]);
            boolean found = back != NONE && find(pc + 1, back, top, trail, false) == at;
            failed = found != (program.kinds()[pc] == Program.BEHIND);
            pc = program.first()[pc];
          }
          default -> {
            failed = !holds(pc, at);
            pc++;
          }
        }
        if (failed) {
          if (top == bottom) {
            scratch.count(steps, end - start);
            return NONE;
          }
          trail = scratch.stack[--top];
          at = scratch.stack[--top];
          pc = scratch.stack[--top];
        }
      }
    }

    private CodeSet set(int pc) {
      return program.sets().get(program.first()[pc]);
    }

    private static boolean isIn(long[] bits, long bit) {
      return (bits[(int) (bit >>> 6)] >>> bit & 1) != 0;
    }

    private void set(long bit) {
      scratch.failed[(int) (bit >>> 6)] |= 1L << bit;
    }

    /**
     * Takes the choices back that led to a match: they have not failed. Those of a look ahead lead
     * to one from wherever they are come to.
     */
    private void forget(int from, int to, boolean looking) {
      for (int i = from; i < to; i += 2) {
        long bit = (long) scratch.trail[i] << 32 | scratch.trail[i + 1] & 0xffffffffL;
        scratch.failed[(int) (bit >>> 6)] &= ~(1L << bit);
        if (looking) {
          scratch.found[(int) (bit >>> 6)] |= 1L << bit;
        }
      }
    }

    private int back(int from, int characters) {
      int at = from;
      for (int i = 0; i < characters; i++) {
        if (at <= start) {
          return NONE;
        }
        at = Utf8Text.previous(text, at);
      }
      return at;
    }

    private boolean before(int at, int pc) {
      return at > start && set(pc).contains(Utf8Text.codePoint(text, Utf8Text.previous(text, at)));
    }

    private boolean next(int at, int pc) {
      return at < end && set(pc).contains(Utf8Text.codePoint(text, at));
    }

    private boolean holds(int pc, int at) {
      return switch (program.kinds()[pc]) {
        case Program.NEXT_IN -> next(at, pc);
        case Program.NEXT_NOT_IN -> !next(at, pc);
        case Program.BEFORE_IN -> before(at, pc);
        case Program.BEFORE_NOT_IN -> !before(at, pc);
        case Program.LINE_START -> at == start || before(at, pc) && at < end;
        case Program.LINE_END -> at == end || next(at, pc);
        case Program.TEXT_START -> at == start;
        case Program.TEXT_END -> at == end;
        case Program.LAST_LINE_END -> at == end || at == end - 1 && text[at] == '\n';
        case Program.BOUNDARY -> before(at, pc) != next(at, pc);
        case Program.NO_BOUNDARY -> before(at, pc) == next(at, pc);
        default -> throw new AssertionError(program.kinds()[pc]);
      };
    }
  }

  private static int[] room(int[] array, int size) {
    return size <= array.length ? array : Arrays.copyOf(array, Math.max(size, 2 * array.length));
  }
}
