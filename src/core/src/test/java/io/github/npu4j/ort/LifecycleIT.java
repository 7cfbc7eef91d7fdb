package io.github.npu4j.ort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Closing waits for what runs, and what belongs to one thread says so. */
class LifecycleIT {

  @Test
  void closingWaitsForEightThreadsThatRun() throws Exception {
    for (int round = 0; round < 20; round++) {
      OrtModel model = RealOrt.open(OnnxBytes.add(4096));
      CountDownLatch running = new CountDownLatch(8);
      AtomicLong runs = new AtomicLong();
      AtomicInteger refused = new AtomicInteger();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        boolean bound = i % 2 == 0;
        threads.add(
            Thread.ofPlatform()
                .start(() -> {
                  try (OrtTensor a = RealOrt.floats(Shape.of(1, 4096));
                      OrtTensor sum = RealOrt.floats(Shape.of(1, 4096))) {
                    if (bound) {
                      runBound(model, a, sum, running, runs);
                    } else {
                      runUnbound(model, a, sum, running, runs);
                    }
                  } catch (IllegalStateException closed) {
                    assertTrue(closed.getMessage().endsWith("is closed"));
                    refused.incrementAndGet();
                  }
                }));
      }
      assertTrue(running.await(30, TimeUnit.SECONDS));
      model.close();
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(8, refused.get());
      assertTrue(runs.get() >= 8, "only " + runs + " runs");
    }
  }

  private static void runBound(
      OrtModel model, OrtTensor a, OrtTensor sum, CountDownLatch running, AtomicLong runs) {
    IoBinding binding = model.bind();
    binding.bindInput("a", a);
    binding.bindInput("b", a);
    binding.bindOutput("sum", sum);
    while (true) {
      binding.run();
      runs.incrementAndGet();
      running.countDown();
    }
  }

  private static void runUnbound(
      OrtModel model, OrtTensor a, OrtTensor sum, CountDownLatch running, AtomicLong runs) {
    while (true) {
      model.run(Map.of("a", a, "b", a), Map.of("sum", sum), null);
      runs.incrementAndGet();
      running.countDown();
    }
  }

  @Test
  void closingWaitsForAsynchronousRuns() throws Exception {
    try (SessionOptions options = SessionOptions.create(RealOrt.ORT).intraOpThreads(2)) {
      OrtModel model = RealOrt.open(OnnxBytes.slow(20), options);
      OrtTensor x = RealOrt.floats(Shape.of(512, 512));
      OrtTensor y = RealOrt.floats(Shape.of(512, 512));
      var run = model.runAsync(Map.of("x", x), Map.of("y", y), null, ForkJoinPool.commonPool());
      x.close();
      y.close();
      model.close();
      run.get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void aBindingIsForOneThreadAtATime() throws Exception {
    try (OrtModel model = RealOrt.open(OnnxBytes.slow(40));
        OrtTensor x = RealOrt.floats(Shape.of(512, 512));
        OrtTensor y = RealOrt.floats(Shape.of(512, 512));
        IoBinding binding = model.bind()) {
      binding.bindInput("x", x);
      binding.bindOutput("y", y);
      AtomicInteger refused = new AtomicInteger();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        threads.add(
            Thread.ofPlatform()
                .start(() -> {
                  try {
                    binding.run();
                  } catch (IllegalStateException inUse) {
                    assertTrue(inUse.getMessage().contains("another thread"));
                    refused.incrementAndGet();
                  }
                }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertTrue(refused.get() > 0, "four threads ran one binding at once");
    }
  }
}
