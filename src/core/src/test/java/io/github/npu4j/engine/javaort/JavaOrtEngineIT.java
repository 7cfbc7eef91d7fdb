package io.github.npu4j.engine.javaort;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import io.github.npu4j.engine.Binding;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.TestModels;
import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.error.RunAbortedException;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.tensor.Shape;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaOrtEngineIT {

  @TempDir Path folder;

  @Test
  void adds() throws Exception {
    try (Model model = JavaOrtEngine.open(TestModels.add(folder), OpenOptions.on(Device.CPU));
        Binding binding = model.bind("add")) {
      float[] a = new float[TestModels.WIDTH];
      float[] b = new float[TestModels.WIDTH];
      float[] expected = new float[TestModels.WIDTH];
      for (int i = 0; i < a.length; i++) {
        a[i] = i;
        b[i] = 2 * i;
        expected[i] = 3 * i;
      }
      binding.write("a", a);
      binding.write("b", b);
      binding.run();
      float[] sum = new float[TestModels.WIDTH];
      binding.read("sum", sum);
      assertArrayEquals(expected, sum);
    }
  }

  @Test
  void opensAFileWhosePathHasCharactersBeyondTheBasicPlane() throws Exception {
    Path odd = Files.createDirectory(folder.resolve("m\ud835\udd39")); // U+1D539
    try (Model model = JavaOrtEngine.open(TestModels.add(odd), OpenOptions.on(Device.CPU))) {
      assertEquals(List.of("add"), model.graphs());
    }
  }

  @Test
  void bindsNamedDynamicDimensions() throws Exception {
    try (Model model =
            JavaOrtEngine.open(TestModels.dynamicBatch(folder), OpenOptions.on(Device.CPU));
        Binding binding = model.bind("dynamic", Map.of("x", Shape.of(3, 4)))) {
      assertEquals(Shape.of(3, 4), binding.outputSpec("twice").shape());
      binding.input("x").setAtIndex(ValueLayout.JAVA_FLOAT, 11, 21f);
      binding.run();
      assertEquals(42f, binding.output("twice").getAtIndex(ValueLayout.JAVA_FLOAT, 11));
    }
  }

  @Test
  void fetchesOutputsOfUnknownSize() throws Exception {
    try (Model model = JavaOrtEngine.open(TestModels.nonZero(folder), OpenOptions.on(Device.CPU));
        Binding binding = model.bind("nonzero")) {
      assertThrows(IllegalStateException.class, () -> binding.output("found"));
      binding.input("x").setAtIndex(ValueLayout.JAVA_FLOAT, 7, 1f);
      binding.run();
      assertEquals(Shape.of(2, 1), binding.outputSpec("found").shape());
      assertEquals(7, binding.output("found").getAtIndex(ValueLayout.JAVA_LONG, 1));
    }
  }

  @Test
  void aRunThatFailsIsAnErrorOfTheCallInTheLibrarysWords() throws Exception {
    try (Model model = JavaOrtEngine.open(TestModels.table(folder, 4), OpenOptions.on(Device.CPU));
        Binding binding = model.bind("table")) {
      binding.input("ids").setAtIndex(ValueLayout.JAVA_LONG, 0, 9L);
      NativeCallException refused = assertThrows(NativeCallException.class, binding::run);
      assertEquals("Run", refused.function());
      assertEquals(2, refused.code(), "ORT_INVALID_ARGUMENT of the C API");
      assertTrue(refused.why().contains("idx=9 must be within"), refused.getMessage());
      assertTrue(refused.getCause() instanceof OrtException, "the Java package's own exception");
      binding.input("ids").setAtIndex(ValueLayout.JAVA_LONG, 0, 3L);
      binding.run();
      assertEquals(3f, binding.output("rows").getAtIndex(ValueLayout.JAVA_FLOAT, 0));
    }
  }

  @Test
  void stopsAtTheTimeLimit() throws Exception {
    try (Model model =
            JavaOrtEngine.open(TestModels.slow(folder, 768, 60), OpenOptions.on(Device.CPU));
        Binding binding = model.bind("slow")) {
      RunAbortedException aborted =
          assertThrows(RunAbortedException.class, () -> binding.run(Duration.ofMillis(20)));
      assertTrue(aborted.getMessage().contains("time limit"), aborted.getMessage());
    }
  }
}
