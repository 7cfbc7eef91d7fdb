package io.github.npu4j.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ThreadAllocationTest {

  @Test
  void countsWhatThisThreadAllocates() {
    ThreadAllocation allocation = ThreadAllocation.begin();
    byte[] megabyte = new byte[1 << 20];
    long bytes = allocation.bytes().orElseThrow();
    assertEquals(1 << 20, megabyte.length);
    assertTrue(bytes >= megabyte.length && bytes < 2L * megabyte.length, bytes + " bytes");
  }

  @Test
  void theMeasurementItselfIsNotCounted() {
    ThreadAllocation.begin().bytes(); // links what it calls
    assertEquals(0, ThreadAllocation.begin().bytes().orElseThrow());
  }

  @Test
  void doesNotCountWhatAnotherThreadAllocates() throws InterruptedException {
    byte[][] megabyte = new byte[1][];
    Thread other = new Thread(() -> megabyte[0] = new byte[1 << 20]);
    ThreadAllocation allocation = ThreadAllocation.begin();
    other.start();
    other.join();
    long bytes = allocation.bytes().orElseThrow();
    assertTrue(bytes < megabyte[0].length, bytes + " bytes");
  }
}
