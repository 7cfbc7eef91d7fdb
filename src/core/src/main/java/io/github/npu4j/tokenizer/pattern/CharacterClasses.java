package io.github.npu4j.tokenizer.pattern;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Characters that a pattern can't tell from each other, under one number; found out a page of
 * characters at a time, when a text has one of them. May be shared by threads.
 */
final class CharacterClasses {

  /** The class of no character: the end of a text, or its beginning. */
  static final int NONE = 0;

  private static final int PAGE_BITS = 7;
  private static final int PAGE = 1 << PAGE_BITS;

  private final List<CodeSet> sets;
  private final AtomicReferenceArray<short[]> pages =
      new AtomicReferenceArray<>((Character.MAX_CODE_POINT >> PAGE_BITS) + 1);
  private final Map<BitSet, Short> numbers = new HashMap<>();
  private final List<BitSet> members = new ArrayList<>();
  private volatile BitSet[] published = {};
  private final short[] ascii;

  CharacterClasses(List<CodeSet> sets) {
    this.sets = sets;
    members.add(new BitSet());
    published = new BitSet[] {members.getFirst()};
    ascii = page(0);
  }

  int of(int codePoint) {
    if (codePoint < PAGE) {
      return ascii[codePoint];
    }
    short[] page = pages.getAcquire(codePoint >> PAGE_BITS);
    if (page == null) {
      page = page(codePoint >> PAGE_BITS);
    }
    return page[codePoint & PAGE - 1];
  }

  /** Returns whether the characters of a class are in a set; those of {@link #NONE} are in none. */
  boolean isIn(int characterClass, int set) {
    return published[characterClass].get(set);
  }

  private synchronized short[] page(int number) {
    short[] known = pages.get(number);
    if (known != null) {
      return known;
    }
    short[] page = new short[PAGE];
    int before = members.size();
    for (int i = 0; i < PAGE; i++) {
      page[i] = number((number << PAGE_BITS) + i);
    }
    if (members.size() != before) {
      published = members.toArray(BitSet[]::new);
    }
    pages.setRelease(number, page);
    return page;
  }

  private short number(int codePoint) {
    BitSet in = new BitSet(sets.size());
    for (int set = 0; set < sets.size(); set++) {
      if (sets.get(set).contains(codePoint)) {
        in.set(set);
      }
    }
    @Nullable Short known = numbers.get(in);
    if (known != null) {
      return known;
    }
    if (members.size() > Short.MAX_VALUE) {
      throw new PatternException("tells too many kinds of characters apart");
    }
    short added = (short) members.size();
    members.add(in);
    numbers.put(in, added);
    return added;
  }
}
