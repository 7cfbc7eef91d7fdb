package io.github.npu4j.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BurstPowerTest {

  private final AtomicInteger raised = new AtomicInteger();
  private final AtomicInteger released = new AtomicInteger();
  private final DeviceQueue queue = new DeviceQueue();
  private final DeviceQueue.Ticket ticket = new DeviceQueue.Ticket();
  private final BurstPower.Vote vote =
      new BurstPower.Vote() {
        @Override
        public void raise() {
          raised.incrementAndGet();
        }

        @Override
        public void release() {
          released.incrementAndGet();
        }
      };

  @Test
  void votesOnceAndLetsGoWhenIdle() throws Exception {
    try (BurstPower power = new BurstPower(vote, queue, Duration.ofMillis(20))) {
      run(power);
      run(power);
      assertEquals(1, raised.get());
      while (released.get() == 0) {
        Thread.sleep(5);
      }
      run(power);
      assertEquals(2, raised.get());
    }
    assertEquals(2, released.get());
  }

  @Test
  void keepsTheVoteWhileTheDeviceIsBusy() throws Exception {
    BurstPower power = new BurstPower(vote, queue, Duration.ofMillis(5));
    queue.enter(ticket, DeviceQueue.FOREVER);
    power.beforeRun();
    Thread.sleep(60);
    assertEquals(0, released.get());
    queue.leave();
    power.close();
    power.close();
    assertEquals(1, released.get());
  }

  private void run(BurstPower power) {
    queue.enter(ticket, DeviceQueue.FOREVER);
    power.beforeRun();
    queue.leave();
  }
}
