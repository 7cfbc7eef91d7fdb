package io.github.npu4j.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.npu4j.testing.Allocation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** After warm-up a run allocates nothing on the Java heap. */
class HotPathIT {

  private static final int RUNS = 2000;

  @ParameterizedTest
  @EnumSource(names = {"ORT_CPU", "DIRECT", "ORT_QNN"})
  void aRunAllocatesNothing(EngineUnderTest engine) {
    try (Model model = engine.open(EngineUnderTest.Sample.MLP);
        Binding binding = model.bind(model.graphs().getFirst())) {
      long bytes =
          Allocation.leastBytes(() -> {
            for (int run = 0; run < RUNS; run++) {
              binding.run();
            }
          });
      assertEquals(0, bytes, "bytes in " + RUNS + " runs");
    }
  }
}
