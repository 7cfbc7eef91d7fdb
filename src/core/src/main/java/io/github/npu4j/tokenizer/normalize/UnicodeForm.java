package io.github.npu4j.tokenizer.normalize;

import io.github.npu4j.tokenizer.pipeline.Normalizer;
import io.github.npu4j.tokenizer.pipeline.TextBuffer;
import io.github.npu4j.tokenizer.pipeline.Workspace;
import io.github.npu4j.tokenizer.unicode.Normalization;
import io.github.npu4j.tokenizer.unicode.Utf8Text;

/** Unicode's normalization forms. */
public enum UnicodeForm implements Normalizer {
  NFD(false, false),
  NFKD(true, false),
  NFC(false, true),
  NFKC(true, true);

  /** The longest decomposition of a character. */
  private static final int LONGEST = 18;

  private static final int NONE = -1;
  private static final int CLASSES = 256;

  private final boolean compatible;
  private final boolean composing;

  UnicodeForm(boolean compatible, boolean composing) {
    this.compatible = compatible;
    this.composing = composing;
  }

  @Override
  public boolean normalize(TextBuffer text, TextBuffer result, Workspace workspace) {
    byte[] bytes = text.bytes();
    int plain = 0;
    while (plain < text.length() && isInert(bytes, plain)) {
      plain++;
    }
    if (plain == text.length()) {
      return false;
    }
    int start = Math.max(0, plain - 1); // a mark may join the letter before it
    result.append(text, 0, start);
    result.rewrite(start);
    int count = decompose(text, start, workspace);
    int[] characters = workspace.codePoints(count);
    int[] changes = workspace.changes(count);
    sort(characters, changes, count);
    if (composing) {
      compose(characters, changes, count, text, result);
    } else {
      for (int i = 0; i < count; i++) {
        result.put(characters[i], changes[i], text);
      }
    }
    return true;
  }

  private static boolean isInert(byte[] bytes, int at) {
    return bytes[at] >= 0;
  }

  private int decompose(TextBuffer text, int start, Workspace workspace) {
    byte[] bytes = text.bytes();
    int count = 0;
    int at = start;
    while (at < text.length()) {
      int codePoint = Utf8Text.codePoint(bytes, at);
      at += Utf8Text.length(bytes[at]);
      int[] characters = workspace.codePoints(count + LONGEST);
      int[] changes = workspace.changes(count + LONGEST);
      if (Normalization.isInert(codePoint)) {
        characters[count] = codePoint;
        changes[count++] = 0;
        continue;
      }
      int more = Normalization.decompose(codePoint, compatible, characters, count);
      for (int i = 0; i < more; i++) {
        changes[count + i] = i == 0 ? 0 : 1;
      }
      count += more;
    }
    return count;
  }

  /** Orders each row of marks by their combining classes; those of one class stay in order. */
  private static void sort(int[] characters, int[] changes, int count) {
    int at = 0;
    while (at < count) {
      if (characters[at] < 0x300 || Normalization.combiningClass(characters[at]) == 0) {
        at++;
        continue;
      }
      int end = at + 1;
      boolean sorted = true;
      int last = Normalization.combiningClass(characters[at]);
      while (end < count) {
        int next = Normalization.combiningClass(characters[end]);
        if (next == 0) {
          break;
        }
        sorted &= last <= next;
        last = next;
        end++;
      }
      if (!sorted) {
        sortMarks(characters, changes, at, end);
      }
      at = end;
    }
  }

  /** Sorts by insertion if there are few, and else by counting, for their number has no bound. */
  private static void sortMarks(int[] characters, int[] changes, int start, int end) {
    if (end - start > 32) {
      countingSort(characters, changes, start, end);
      return;
    }
    for (int i = start + 1; i < end; i++) {
      int character = characters[i];
      int change = changes[i];
      int combining = Normalization.combiningClass(character);
      int at = i;
      while (at > start && Normalization.combiningClass(characters[at - 1]) > combining) {
        characters[at] = characters[at - 1];
        changes[at] = changes[at - 1];
        at--;
      }
      characters[at] = character;
      changes[at] = change;
    }
  }

  private static void countingSort(int[] characters, int[] changes, int start, int end) {
    int[] places = new int[CLASSES + 1];
    for (int i = start; i < end; i++) {
      places[Normalization.combiningClass(characters[i]) + 1]++;
    }
    for (int i = 0; i < CLASSES; i++) {
      places[i + 1] += places[i];
    }
    int[] sorted = new int[end - start];
    int[] sortedChanges = new int[end - start];
    for (int i = start; i < end; i++) {
      int place = places[Normalization.combiningClass(characters[i])]++;
      sorted[place] = characters[i];
      sortedChanges[place] = changes[i];
    }
    System.arraycopy(sorted, 0, characters, start, sorted.length);
    System.arraycopy(sortedChanges, 0, changes, start, sorted.length);
  }

  /**
   * Composes in place and writes: a starter takes the marks behind it that it can be composed with,
   * unless one of the same or a higher class stands between.
   */
  private static void compose(
      int[] characters, int[] changes, int count, TextBuffer text, TextBuffer result) {
    int at = 0;
    while (at < count) {
      int starter = at;
      if (Normalization.combiningClass(characters[starter]) != 0) {
        result.put(characters[starter], changes[starter], text);
        at++;
        continue;
      }
      int composed = characters[starter];
      int change = changes[starter];
      int kept = starter + 1;
      int last = NONE;
      at++;
      while (at < count) {
        int character = characters[at];
        int combining = Normalization.combiningClass(character);
        boolean reached = last == NONE || last < combining;
        int both = reached ? Normalization.compose(composed, character) : Normalization.NONE;
        if (both != Normalization.NONE) {
          composed = both;
          change += changes[at] - 1;
        } else if (combining == 0) {
          break;
        } else {
          last = combining;
          characters[kept] = character;
          changes[kept++] = changes[at];
        }
        at++;
      }
      result.put(composed, change, text);
      for (int i = starter + 1; i < kept; i++) {
        result.put(characters[i], changes[i], text);
      }
    }
  }
}
