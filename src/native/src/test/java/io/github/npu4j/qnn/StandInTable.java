package io.github.npu4j.qnn;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.github.npu4j.internal.qnnabi.qnn_h;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A table of C functions that are Java: each counts its calls, waits and fails when it is told to,
 * and otherwise does what it was given to do.
 *
 * <p>All functions have one shape, nine words in and one out. Words that the caller did not pass
 * hold whatever lay there.
 */
final class StandInTable {

  /** What a function does; its answer is QNN's, 0 for success. */
  interface Function {
    long call(long[] words) throws Exception;
  }

  /** The answer of a function that threw: no code of QNN's. */
  static final long THREW = 999;

  private static final MethodHandle CALL;
  private static final FunctionDescriptor SHAPE =
      FunctionDescriptor.of(
          JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
          JAVA_LONG, JAVA_LONG);

  static {
    try {
      CALL =
          MethodHandles.lookup()
              .findVirtual(
                  Slot.class,
                  "call",
                  MethodType.methodType(long.class, SHAPE.toMethodType().parameterArray()));
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final Map<String, Slot> slots = new HashMap<>();
  private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
  private final Map<String, Long> failures = new ConcurrentHashMap<>();
  private final Map<String, ConcurrentLinkedQueue<Long>> failuresOnce = new ConcurrentHashMap<>();
  private final Map<String, Duration> delays = new ConcurrentHashMap<>();

  /** One function of the table. */
  private final class Slot {
    private final String name;
    private final Function function;

    Slot(String name, Function function) {
      this.name = name;
      this.function = function;
    }

    @SuppressWarnings("unused") // called through a method handle
    long call(long a, long b, long c, long d, long e, long f, long g, long h, long i) {
      try {
        calls.computeIfAbsent(name, none -> new AtomicInteger()).incrementAndGet();
        Duration delay = delays.get(name);
        if (delay != null) {
          Thread.sleep(delay);
        }
        Long once = failuresOnce.getOrDefault(name, new ConcurrentLinkedQueue<>()).poll();
        if (once != null) {
          return once;
        }
        Long failure = failures.get(name);
        return failure != null ? failure : function.call(new long[] {a, b, c, d, e, f, g, h, i});
      } catch (Throwable thrown) {
        thrown.printStackTrace();
        return THREW;
      }
    }
  }

  /** Declares what a function does. */
  void put(String name, Function function) {
    slots.put(name, new Slot(name, function));
  }

  /** Writes the stubs of a structure's members. */
  void into(MemorySegment table, GroupLayout layout, Arena arena) {
    for (MemoryLayout member : layout.memberLayouts()) {
      member
          .name()
          .ifPresent(name ->
              table.set(
                  ValueLayout.ADDRESS,
                  layout.byteOffset(MemoryLayout.PathElement.groupElement(name)),
                  stub(name, arena)));
    }
  }

  /** Writes the stubs of a table that is known by the numbers of its slots. */
  void into(MemorySegment table, Map<String, Integer> numbers, Arena arena) {
    numbers.forEach(
        (name, number) -> table.setAtIndex(ValueLayout.ADDRESS, number, stub(name, arena)));
  }

  /** Returns the slots that are declared for a table: its functions' names and their numbers. */
  static Map<String, Integer> declared(String table) {
    Map<String, Integer> numbers = new HashMap<>();
    for (Method constant : qnn_h.class.getMethods()) {
      String name = constant.getName();
      if (name.startsWith(table + "_") && !name.contains("_t_")) { // not a member's offset
        try {
          numbers.put(
              constant.getName().substring(table.length() + 1), (int) constant.invoke(null));
        } catch (ReflectiveOperationException impossible) {
          throw new AssertionError(impossible);
        }
      }
    }
    return numbers;
  }

  MemorySegment stub(String name, Arena arena) {
    Slot slot = slots.get(name);
    if (slot == null) {
      throw new AssertionError("the stand-in has no " + name);
    }
    return Linker.nativeLinker().upcallStub(CALL.bindTo(slot), SHAPE, arena);
  }

  int calls(String name) {
    AtomicInteger count = calls.get(name);
    return count == null ? 0 : count.get();
  }

  void fail(String name, long answer) {
    failures.put(name, answer);
  }

  void failOnce(String name, long answer) {
    failuresOnce.computeIfAbsent(name, none -> new ConcurrentLinkedQueue<>()).add(answer);
  }

  void recover(String name) {
    failures.remove(name);
    failuresOnce.remove(name);
  }

  void delay(String name, Duration time) {
    delays.put(name, time);
  }
}
