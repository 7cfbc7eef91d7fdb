package io.github.npu4j.qnn;

import io.github.npu4j.internal.qnnabi.QnnProfile_EventData_t;
import io.github.npu4j.internal.qnnabi.QnnProfile_ExtendedEventDataV1_t;
import io.github.npu4j.internal.qnnabi.QnnProfile_ExtendedEventData_t;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;

/** Profiles of the stand-in: one event with one event below it. */
final class StandInProfile {

  private static final Map<Integer, String> EVENTS = Map.of(1, "whole", 2, "part");

  private StandInProfile() {}

  static void into(StandInTable core, StandInHandles handles, Arena arena) {
    core.put("profileCreate", words -> handles.made("profile", words[2]));
    core.put("profileFree", words -> handles.freed("profile", words[0]));
    core.put("profileGetEvents", words -> list(arena, words[1], words[2], 1));
    core.put(
        "profileGetSubEvents",
        words ->
            words[0] == 1 ? list(arena, words[1], words[2], 2) : list(arena, words[1], words[2]));
    core.put(
        "profileGetEventData",
        words -> {
          MemorySegment data = StandInMemory.at(words[1], QnnProfile_EventData_t.sizeof());
          QnnProfile_EventData_t.type(data, 400 + (int) words[0]);
          QnnProfile_EventData_t.unit(data, (int) words[0]);
          QnnProfile_EventData_t.value(data, 100 * words[0]);
          QnnProfile_EventData_t.identifier(data, arena.allocateFrom(EVENTS.get((int) words[0])));
          return 0;
        });
    core.put(
        "profileGetExtendedEventData",
        words -> {
          MemorySegment data = StandInMemory.at(words[1], QnnProfile_ExtendedEventData_t.sizeof());
          QnnProfile_ExtendedEventDataV1_t.timestamp(
              QnnProfile_ExtendedEventData_t.v1(data), 7000 + words[0]);
          return 0;
        });
  }

  private static long list(Arena arena, long out, long count, long... ids) {
    StandInMemory.at(out, 8)
        .set(ValueLayout.ADDRESS, 0, arena.allocateFrom(ValueLayout.JAVA_LONG, ids));
    StandInMemory.at(count, 4).set(ValueLayout.JAVA_INT, 0, ids.length);
    return 0;
  }
}
