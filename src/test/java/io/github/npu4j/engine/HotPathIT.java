package io.github.npu4j.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** After warm-up a run allocates nothing on the Java heap. */
class HotPathIT {

  private static final int RUNS = 2000;

  @ParameterizedTest
  @EnumSource(names = {"ORT_CPU", "DIRECT", "ORT_QNN"})
  void aRunAllocatesNothing(EngineUnderTest engine) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Model model = engine.open(EngineUnderTest.Sample.MLP);
        Binding binding = model.bind(model.graphs().getFirst())) {
      long bytes = Long.MAX_VALUE;
      for (int attempt = 0; attempt < 30 && bytes >= RUNS; attempt++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int run = 0; run < RUNS; run++) {
          binding.run();
        }
        bytes = threads.getCurrentThreadAllocatedBytes() - before;
      }
      // Less than a byte a run: the bean itself may allocate between the two readings.
      assertTrue(bytes < RUNS, bytes + " bytes in " + RUNS + " runs");
    }
  }
}
