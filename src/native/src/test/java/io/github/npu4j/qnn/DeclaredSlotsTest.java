package io.github.npu4j.qnn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.internal.qnnabi.QnnHtpDevice_PerfInfrastructure_t;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** No slot of a table is declared that nothing calls. */
class DeclaredSlotsTest {

  @Test
  void everyDeclaredSlotIsCalled() throws Exception {
    StandInBackend standIn =
        new StandInBackend().support(QnnProperty.CONTEXT_CREATE_FROM_BINARY_WITH_CALLBACK);
    try (Arena arena = Arena.ofConfined();
        Qnn qnn = standIn.open()) {
      MemorySegment binary = arena.allocate(64);
      qnn.supports(QnnProperty.CONTEXT_CACHING);
      qnn.setLogLevel(QnnOptions.LogLevel.DEBUG);
      QnnContext.validate(qnn, binary, ContextOptions.defaults());
      QnnContext.create(qnn, binary).close();
      ContextOptions fromBuffer =
          ContextOptions.defaults().withLoading(ContextOptions.Loading.BUFFER);
      try (QnnContext context = QnnContext.create(qnn, binary, fromBuffer);
          QnnBinding binding = context.graph("g").bind();
          Profile profile = Profile.create(qnn, Profile.Level.BASIC);
          RunSignal signal = RunSignal.timeout(qnn, Duration.ofSeconds(1));
          HtpPower power = HtpPower.open(qnn, PowerOptions.defaults());
          SharedBuffer buffer = standIn.sharedMemory().allocate(64)) {
        context.setPriority(Priority.HIGH);
        context.graph("g").setPriority(Priority.HIGH);
        context.register(buffer, 0, context.graph("g").info().inputs().getFirst()).close();
        signal.setTimeout(Duration.ofSeconds(2));
        signal.abort();
        power.begin();
        binding.execute(profile, signal);
        power.end();
        profile.events();
        binding.executeAsync().get();
        standIn.failOnce("graphExecute", 6000);
        callFailing(binding);
      }
    }
    assertEquals(List.of(), uncalled(standIn));
  }

  private static void callFailing(QnnBinding binding) {
    try {
      binding.execute();
    } catch (NativeCallException expected) {
      return;
    }
    throw new AssertionError("the run should have failed");
  }

  private static List<String> uncalled(StandInBackend standIn) {
    List<String> slots = new ArrayList<>(StandInTable.declared("QnnInterface").keySet());
    slots.addAll(StandInTable.declared("QnnSystemInterface").keySet());
    for (MemoryLayout member : QnnHtpDevice_PerfInfrastructure_t.layout().memberLayouts()) {
      member.name().ifPresent(slots::add);
    }
    assertTrue(slots.size() > 40, slots.toString());
    slots.removeIf(slot -> standIn.calls(slot) > 0);
    return slots;
  }
}
