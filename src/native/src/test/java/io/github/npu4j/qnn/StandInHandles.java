package io.github.npu4j.qnn;

import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** The handles that the stand-in has made and not seen freed, by kind. */
final class StandInHandles {

  private static final AtomicLong HANDLES = new AtomicLong(0x1000);

  private final Map<String, Set<Long>> live = new ConcurrentHashMap<>();
  private final List<String> doubleFrees = new CopyOnWriteArrayList<>();

  /** Returns a number that no handle has had. */
  long next() {
    return HANDLES.incrementAndGet();
  }

  /** Writes a new handle where the caller wants it; answers 0. */
  long made(String kind, long out) {
    long handle = next();
    add(kind, handle);
    StandInMemory.at(out, 8).set(ValueLayout.JAVA_LONG, 0, handle);
    return 0;
  }

  void add(String kind, long handle) {
    live.computeIfAbsent(kind, none -> ConcurrentHashMap.newKeySet()).add(handle);
  }

  /** Notes that a handle was freed, and when it was not there to be; answers 0. */
  long freed(String kind, long handle) {
    if (!live.getOrDefault(kind, Set.of()).remove(handle)) {
      doubleFrees.add(kind + " " + handle);
    }
    return 0;
  }

  void forget(String kind, long handle) {
    live.getOrDefault(kind, Set.of()).remove(handle);
  }

  Set<Long> live(String kind) {
    return Set.copyOf(live.getOrDefault(kind, Set.of()));
  }

  List<String> doubleFrees() {
    return List.copyOf(doubleFrees);
  }
}
