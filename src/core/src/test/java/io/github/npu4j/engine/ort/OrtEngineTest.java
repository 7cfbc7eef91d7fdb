package io.github.npu4j.engine.ort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.ort.NodeAssignment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a placement says of the nodes that an execution provider plugin did not take. */
class OrtEngineTest {

  private static final NodeAssignment ON_CPU = node("CPUExecutionProvider");
  private static final NodeAssignment ON_GPU = node("WebGpuExecutionProvider");

  @Test
  void countsTheNodesThatAreElsewhere() {
    assertEquals("; 1 of 3 nodes on the CPU instead", fallen(ON_GPU, ON_CPU, ON_GPU));
    assertEquals("", fallen(ON_GPU, ON_GPU));
  }

  @Test
  void aRecordWithoutAnyNodeOfTheProviderTellsNothing() {
    assertTrue(fallen(ON_CPU, ON_CPU).contains("can't be told"), fallen(ON_CPU, ON_CPU));
    assertTrue(fallen().contains("can't be told"), fallen());
  }

  private static NodeAssignment node(String provider) {
    return new NodeAssignment(provider, 0, "", "", "MatMul");
  }

  private static String fallen(NodeAssignment... nodes) {
    return OrtEngine.fallen(List.of(nodes), "WebGpuExecutionProvider");
  }
}
