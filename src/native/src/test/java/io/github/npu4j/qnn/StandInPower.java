package io.github.npu4j.qnn;

import io.github.npu4j.internal.qnnabi.QnnHtpDevice_Infrastructure_t;
import io.github.npu4j.internal.qnnabi.QnnHtpDevice_PerfInfrastructure_t;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Power votes as the stand-in's device gets them. */
final class StandInPower {

  private final List<StandInBackend.PowerVote> votes = new CopyOnWriteArrayList<>();
  private final StandInHandles handles;
  private final Arena arena;

  StandInPower(StandInHandles handles, Arena arena) {
    this.handles = handles;
    this.arena = arena;
  }

  /** Returns the votes, the first first. */
  List<StandInBackend.PowerVote> votes() {
    return List.copyOf(votes);
  }

  void into(StandInTable core) {
    core.put(
        "createPowerConfigId",
        words -> {
          StandInMemory.at(words[2], 4).set(ValueLayout.JAVA_INT, 0, 17);
          handles.add("power", 17L);
          return 0;
        });
    core.put("destroyPowerConfigId", words -> handles.freed("power", words[0]));
    core.put(
        "setPowerConfig",
        words -> {
          votes.add(StandInMemory.vote(words[1]));
          return 0;
        });
    core.put(
        "deviceGetInfrastructure",
        words -> {
          MemorySegment infrastructure = QnnHtpDevice_Infrastructure_t.allocate(arena);
          core.into(
              QnnHtpDevice_Infrastructure_t.perfInfra(infrastructure),
              QnnHtpDevice_PerfInfrastructure_t.layout(),
              arena);
          StandInMemory.at(words[0], 8).set(ValueLayout.ADDRESS, 0, infrastructure);
          return 0;
        });
  }
}
