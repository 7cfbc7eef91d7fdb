package io.github.npu4j.engine.direct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DeviceQueueTest {

  private static final long FOREVER = TimeUnit.HOURS.toNanos(1);

  private final DeviceQueue queue = new DeviceQueue();

  @Test
  void servesInOrderOfArrival() throws Exception {
    assertTrue(queue.enter(new DeviceQueue.Ticket(), FOREVER));
    List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int number = i;
      callers.add(
          Thread.startVirtualThread(() -> {
            assertTrue(queue.enter(new DeviceQueue.Ticket(), FOREVER));
            order.add(number);
            queue.leave();
          }));
      awaitLength(i + 1);
    }
    queue.leave();
    for (Thread caller : callers) {
      caller.join();
    }
    assertEquals(List.of(0, 1, 2, 3, 4, 5), order);
    assertEquals(0, queue.length());
  }

  @Test
  void letsOnlyOneInAtATime() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      DeviceQueue.Ticket ticket = new DeviceQueue.Ticket();
      callers.add(
          Thread.startVirtualThread(() -> {
            for (int round = 0; round < 2000; round++) {
              queue.enter(ticket, FOREVER);
              most.accumulateAndGet(inside.incrementAndGet(), Math::max);
              inside.decrementAndGet();
              queue.leave();
            }
          }));
    }
    for (Thread caller : callers) {
      caller.join();
    }
    assertEquals(1, most.get());
  }

  @Test
  void givesUpWhenAskedOrLate() throws Exception {
    queue.enter(new DeviceQueue.Ticket(), FOREVER);
    assertFalse(queue.enter(new DeviceQueue.Ticket(), TimeUnit.MILLISECONDS.toNanos(5)));
    DeviceQueue.Ticket ticket = new DeviceQueue.Ticket();
    CompletableFuture<Boolean> waiting =
        CompletableFuture.supplyAsync(() -> queue.enter(ticket, FOREVER));
    awaitLength(1);
    queue.abandonTurn(ticket);
    assertFalse(waiting.get(10, TimeUnit.SECONDS));
    queue.leave();
    assertFalse(queue.enter(ticket, FOREVER), "given up before it waits");
    ticket.renew();
    assertTrue(queue.enter(ticket, FOREVER));
    queue.abandonTurn(ticket);
    queue.leave();
    assertEquals(0, queue.length());
  }

  private void awaitLength(int length) throws InterruptedException {
    while (queue.length() != length) {
      Thread.sleep(1);
    }
  }
}
