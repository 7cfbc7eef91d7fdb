package io.github.npu4j.tokenizer.pattern;

import java.util.List;

/** A set of characters. */
@FunctionalInterface
interface CodeSet {

  boolean contains(int codePoint);

  /** The characters from one to another. */
  record Range(int low, int high) implements CodeSet {
    @Override
    public boolean contains(int codePoint) {
      return codePoint >= low && codePoint <= high;
    }
  }

  /** The characters of some general categories, a bit each of {@link Character#getType(int)}. */
  record Categories(int bits) implements CodeSet {
    @Override
    public boolean contains(int codePoint) {
      return (bits >> Character.getType(codePoint) & 1) != 0;
    }
  }

  record Union(List<CodeSet> sets) implements CodeSet {
    @Override
    public boolean contains(int codePoint) {
      for (CodeSet set : sets) {
        if (set.contains(codePoint)) {
          return true;
        }
      }
      return false;
    }
  }

  record Intersection(CodeSet one, CodeSet other) implements CodeSet {
    @Override
    public boolean contains(int codePoint) {
      return one.contains(codePoint) && other.contains(codePoint);
    }
  }

  record Not(CodeSet set) implements CodeSet {
    @Override
    public boolean contains(int codePoint) {
      return !set.contains(codePoint);
    }
  }

  /** What differs from a set's characters in case only. */
  record IgnoringCase(CodeSet set) implements CodeSet {
    @Override
    public boolean contains(int codePoint) {
      return set.contains(codePoint)
          || set.contains(fold(codePoint))
          || set.contains(Character.toUpperCase(fold(codePoint)))
          || set.contains(Character.toTitleCase(fold(codePoint)));
    }
  }

  /** One character, whatever its case. */
  record Folded(int folded) implements CodeSet {
    @Override
    public boolean contains(int codePoint) {
      return fold(codePoint) == folded;
    }
  }

  /** Returns the character that all differing from another in case only have in common. */
  static int fold(int codePoint) {
    // Turkish i: no case variant of the Latin one, outside of Turkish.
    return codePoint == 0x130 || codePoint == 0x131
        ? codePoint
        : Character.toLowerCase(Character.toUpperCase(codePoint));
  }
}
