package io.github.npu4j.tokenizer.model;

import io.github.npu4j.tokenizer.pipeline.Model;
import java.util.Arrays;

/**
 * The tokens that a piece consists of so far, of which neighbours are merged: always those that
 * come first in the order of merges, and of several the first.
 */
final class Merging implements Model.Scratch {

  private static final int KEPT = 1 << 16;

  /** Up to this number of tokens, the next pair is found by looking at all. */
  private static final int FEW = 40;

  private static final int GONE = -1;

  int[] ids = new int[64];
  int[] lengths = new int[64];
  int count;
  private int[] ranks = new int[64];
  private int[] next = new int[0];
  private int[] previous = new int[0];
  private long[] heap = new long[0];
  private int heapSize;

  @Override
  public void trim() {
    if (ids.length > KEPT) {
      ids = new int[64];
      lengths = new int[64];
      ranks = new int[64];
      next = new int[0];
      previous = new int[0];
      heap = new long[0];
    }
  }

  void add(int id, int length) {
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, 2 * count);
      lengths = Arrays.copyOf(lengths, 2 * count);
      ranks = Arrays.copyOf(ranks, 2 * count);
    }
    ids[count] = id;
    lengths[count++] = length;
  }

  /** Merges as long as there is something to merge. */
  void merge(MergeTable merges) {
    for (int i = 0; i + 1 < count; i++) {
      ranks[i] = merges.rank(ids[i], ids[i + 1]);
    }
    if (count <= FEW) {
      mergeFew(merges);
    } else {
      mergeMany(merges);
    }
  }

  private void mergeFew(MergeTable merges) {
    while (count > 1) {
      int lowest = MergeTable.NONE;
      int at = 0;
      for (int i = 0; i + 1 < count; i++) {
        if (ranks[i] < lowest) {
          lowest = ranks[i];
          at = i;
        }
      }
      if (lowest == MergeTable.NONE) {
        return;
      }
      ids[at] = merges.result(lowest);
      lengths[at] += lengths[at + 1];
      int rest = count - at - 2;
      System.arraycopy(ids, at + 2, ids, at + 1, rest);
      System.arraycopy(lengths, at + 2, lengths, at + 1, rest);
      System.arraycopy(ranks, at + 2, ranks, at + 1, Math.max(0, rest));
      count--;
      if (at + 1 < count) {
        ranks[at] = merges.rank(ids[at], ids[at + 1]);
      }
      if (at > 0) {
        ranks[at - 1] = merges.rank(ids[at - 1], ids[at]);
      }
    }
  }

  /** Merges with a heap of the pairs, in time that is hardly more than their number. */
  private void mergeMany(MergeTable merges) {
    if (next.length < count) {
      next = new int[ids.length];
      previous = new int[ids.length];
      heap = new long[3 * ids.length];
    }
    heapSize = 0;
    for (int i = 0; i < count; i++) {
      next[i] = i + 1 < count ? i + 1 : GONE;
      previous[i] = i - 1;
      if (i + 1 < count && ranks[i] != MergeTable.NONE) {
        push((long) ranks[i] << 32 | i);
      }
    }
    ranks[count - 1] = MergeTable.NONE;
    while (heapSize > 0) {
      long top = pop();
      int at = (int) top;
      int rank = (int) (top >>> 32);
      if (ranks[at] != rank) {
        continue; // one of the two was merged before
      }
      int right = next[at];
      ids[at] = merges.result(rank);
      lengths[at] += lengths[right];
      lengths[right] = GONE;
      ranks[right] = GONE;
      next[at] = next[right];
      if (next[at] != GONE) {
        previous[next[at]] = at;
      }
      pair(merges, at);
      if (previous[at] != GONE) {
        pair(merges, previous[at]);
      }
    }
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (lengths[i] != GONE) {
        ids[kept] = ids[i];
        lengths[kept++] = lengths[i];
      }
    }
    count = kept;
  }

  private void pair(MergeTable merges, int at) {
    ranks[at] = next[at] == GONE ? MergeTable.NONE : merges.rank(ids[at], ids[next[at]]);
    if (ranks[at] != MergeTable.NONE) {
      push((long) ranks[at] << 32 | at);
    }
  }

  private void push(long value) {
    if (heapSize == heap.length) {
      heap = Arrays.copyOf(heap, 2 * heapSize);
    }
    int at = heapSize++;
    while (at > 0) {
      int parent = at - 1 >> 2;
      if (heap[parent] <= value) {
        break;
      }
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = value;
  }

  private long pop() {
    long top = heap[0];
    long last = heap[--heapSize];
    int at = 0;
    while (true) {
      int child = 4 * at + 1;
      if (child >= heapSize) {
        break;
      }
      int least = child;
      for (int other = child + 1; other < Math.min(child + 4, heapSize); other++) {
        if (heap[other] < heap[least]) {
          least = other;
        }
      }
      if (heap[least] >= last) {
        break;
      }
      heap[at] = heap[least];
      at = least;
    }
    heap[at] = last;
    return top;
  }
}
