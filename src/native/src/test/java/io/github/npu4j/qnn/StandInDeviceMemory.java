package io.github.npu4j.qnn;

import io.github.npu4j.internal.qnnabi.QnnHtpMem_SharedBufferConfig_t;
import io.github.npu4j.internal.qnnabi.QnnMemHtp_Descriptor_t;
import io.github.npu4j.internal.qnnabi.Qnn_MemDescriptor_t;
import io.github.npu4j.internal.qnnabi.Qnn_MemIonInfo_t;
import io.github.npu4j.internal.qnnabi.qnn_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Memory that the stand-in's device and its caller share, as FastRPC's allocator makes it. */
final class StandInDeviceMemory {

  private final Map<Long, MemorySegment> registered = new ConcurrentHashMap<>();
  private final Map<Integer, MemorySegment> files = new ConcurrentHashMap<>();
  private final StandInHandles handles;
  private final Arena arena;

  StandInDeviceMemory(StandInHandles handles, Arena arena) {
    this.handles = handles;
    this.arena = arena;
  }

  /** Returns what is registered, by handle. */
  Map<Long, MemorySegment> registered() {
    return registered;
  }

  void into(StandInTable core) {
    core.put(
        "memRegister",
        words -> {
          MemorySegment descriptor = StandInMemory.at(words[1], Qnn_MemDescriptor_t.sizeof());
          int file = Qnn_MemIonInfo_t.fd(Qnn_MemDescriptor_t.ionInfo(descriptor));
          long offset = 0;
          if (Qnn_MemDescriptor_t.memType(descriptor) == qnn_h.QNN_MEM_TYPE_CUSTOM()) {
            MemorySegment htp =
                StandInMemory.at(
                    Qnn_MemDescriptor_t.customInfo(descriptor).address(),
                    QnnMemHtp_Descriptor_t.sizeof());
            MemorySegment place = QnnMemHtp_Descriptor_t.sharedBufferConfig(htp);
            file = QnnHtpMem_SharedBufferConfig_t.fd(place);
            offset = QnnHtpMem_SharedBufferConfig_t.offset(place);
          }
          MemorySegment memory = files.get(file);
          if (memory == null) {
            return 8003;
          }
          long answer = handles.made("memory", words[3]);
          registered.put(
              StandInMemory.at(words[3], 8).get(ValueLayout.JAVA_LONG, 0), memory.asSlice(offset));
          return answer;
        });
    core.put(
        "memDeRegister",
        words -> {
          long handle = StandInMemory.at(words[0], 8).get(ValueLayout.JAVA_LONG, 0);
          registered.remove(handle);
          return handles.freed("memory", handle);
        });
    core.put(
        "rpcmemAlloc",
        words -> {
          MemorySegment memory = arena.allocate(words[2], 4096);
          memory.fill((byte) 0x55);
          files.put(files.size() + 3, memory);
          handles.add("rpcmem", memory.address());
          return memory.address();
        });
    core.put("rpcmemFree", words -> handles.freed("rpcmem", words[0]));
    core.put(
        "rpcmemToFd",
        words ->
            files.entrySet().stream()
                .filter(entry -> entry.getValue().address() == words[0])
                .findFirst()
                .map(entry -> (long) entry.getKey())
                .orElse(-1L));
  }
}
