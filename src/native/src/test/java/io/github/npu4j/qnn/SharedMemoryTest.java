package io.github.npu4j.qnn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.RuntimeMissingException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Memory shared with a device, and the second choice. */
class SharedMemoryTest {

  @Test
  void sharesWhatTheAllocatorGives() {
    StandInBackend standIn = new StandInBackend();
    SharedMemory memory = standIn.sharedMemory();
    assertTrue(memory.isShared());
    assertEquals("shared by the stand-in", memory.description());
    SharedBuffer buffer = memory.allocate(1);
    assertTrue(buffer.isShared());
    assertEquals(4096, buffer.segment().byteSize());
    assertEquals(0, buffer.segment().address() % 4096);
    assertEquals(1, standIn.calls("rpcmemToFd"));
    buffer.close();
    buffer.close();
    assertEquals(Set.of(), standIn.live("rpcmem"));
    assertThrows(IllegalStateException.class, () -> buffer.segment().get(ValueLayout.JAVA_BYTE, 0));
  }

  @Test
  void saysThatPlainMemoryIsPlain() {
    SharedMemory memory = SharedMemory.plain("a test asks for it");
    assertFalse(memory.isShared());
    assertEquals("plain memory, not shared: a test asks for it", memory.description());
    try (SharedBuffer buffer = memory.allocate(4097)) {
      assertFalse(buffer.isShared());
      assertEquals(8192, buffer.segment().byteSize());
      assertEquals(0, buffer.segment().address() % 4096);
    }
  }

  @Test
  void findsSomethingOnEveryMachine() {
    SharedMemory memory = SharedMemory.find();
    assertTrue(
        memory.isShared() || memory.description().startsWith("plain memory, not shared: "),
        memory.description());
    memory.allocate(10).close();
  }

  @Test
  void refusesSizesThatCanNotBe() {
    SharedMemory memory = SharedMemory.plain("a test");
    for (long bytes : new long[] {0, -1, Integer.MAX_VALUE, Long.MAX_VALUE}) {
      assertThrows(IllegalArgumentException.class, () -> memory.allocate(bytes));
    }
  }

  @Test
  void runsOutOfMemoryInWords() {
    StandInBackend standIn = new StandInBackend().fail("rpcmemAlloc", 0);
    OutOfMemoryError none =
        assertThrows(OutOfMemoryError.class, () -> standIn.sharedMemory().allocate(10));
    assertEquals("the RPC allocator has no 4096 bytes left", none.getMessage());
  }

  @Test
  void saysThatALibraryIsNotThere() {
    assertThrows(
        RuntimeMissingException.class, () -> SharedMemory.open(Path.of("no", "libcdsprpc.so")));
  }

  @ParameterizedTest
  @CsvSource({
    "\\SystemRoot\\System32\\DriverStore\\x_1\\qcnspmcdm8380.sys,"
        + " C:\\Windows\\System32\\DriverStore\\x_1",
    "%SystemRoot%\\System32\\x\\q.sys, C:\\Windows\\System32\\x",
    "System32\\DriverStore\\x\\q.sys, C:\\Windows\\System32\\DriverStore\\x",
    "\\??\\D:\\drivers\\q.sys, D:\\drivers",
    "C:\\drivers\\q.sys, C:\\drivers"
  })
  void findsTheDriversFolderInWhatTheRegistryToolPrints(String image, String folder) {
    String printed =
        "\r\nHKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\qcnspmcdm\r\n"
            + "    ImagePath    REG_EXPAND_SZ    "
            + image
            + "\r\n\r\n";
    assertEquals(Optional.of(Path.of(folder)), RpcLibrary.driverFolder(printed, "C:\\Windows"));
  }

  @Test
  void findsNoFolderWhereThereIsNoService() {
    assertEquals(
        Optional.empty(),
        RpcLibrary.driverFolder("ERROR: The system was unable to find the key", "C:\\Windows"));
    assertEquals(Optional.empty(), RpcLibrary.driverFolder("", "C:\\Windows"));
  }
}
