package io.github.npu4j.ort;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.error.NpuException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Adapters over a model whose weight {@code w} has a default that a run may replace. */
class LoraAdapterIT {

  private static final float[] X = {1, 2, 3, 4};

  @TempDir Path folder;

  @Test
  void aRunTakesTheAdaptersWeightsAndTheNextOneTheModels() throws IOException {
    Path file =
        Files.write(folder.resolve("five.onnx_adapter"), AdapterBytes.of("w", 7, 5, 5, 5, 5));
    try (OrtModel model = RealOrt.open(OnnxBytes.overridable());
        LoraAdapter five = LoraAdapter.open(RealOrt.ORT, file)) {
      assertArrayEquals(new float[] {11, 12, 13, 14}, run(model));
      assertArrayEquals(new float[] {6, 7, 8, 9}, run(model, five));
      assertArrayEquals(new float[] {11, 12, 13, 14}, run(model));
    }
  }

  @Test
  void anAdapterInMemoryIsCopiedAndLivesAsLongAsItsOptions() {
    try (OrtModel model = RealOrt.open(OnnxBytes.overridable());
        RunOptions options = RunOptions.create(RealOrt.ORT)) {
      try (LoraAdapter adapter = inMemory(AdapterBytes.of("w", 1, 0, 1, 0, 1))) {
        options.loraAdapter(adapter);
      }
      assertArrayEquals(new float[] {1, 3, 3, 5}, run(model, options));
    }
  }

  @Test
  void anAdapterForAnotherModelIsRefusedWhenItRuns() {
    try (OrtModel model = RealOrt.open(OnnxBytes.overridable());
        LoraAdapter adapter = inMemory(AdapterBytes.of("elsewhere", 1, 1, 2, 3, 4))) {
      assertThrows(NpuException.class, () -> run(model, adapter));
    }
  }

  @Test
  void aDamagedAdapterIsRefused() {
    byte[] whole = AdapterBytes.of("w", 1, 1, 2, 3, 4);
    for (int length = 0; length < whole.length; length += 8) {
      byte[] cut = java.util.Arrays.copyOf(whole, length);
      assertThrows(NpuException.class, () -> inMemory(cut).close());
    }
    byte[] newer = whole.clone();
    newer[24] = 99;
    assertThrows(NativeCallException.class, () -> inMemory(newer).close());
  }

  private static LoraAdapter inMemory(byte[] bytes) {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment memory = scratch.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
      return LoraAdapter.open(RealOrt.ORT, memory);
    }
  }

  private static float[] run(OrtModel model, LoraAdapter... adapters) {
    try (RunOptions options = RunOptions.create(RealOrt.ORT)) {
      for (LoraAdapter adapter : adapters) {
        options.loraAdapter(adapter);
      }
      return run(model, options);
    }
  }

  private static float[] run(OrtModel model, RunOptions options) {
    try (OrtTensor x = RealOrt.floats(X);
        OrtTensor y = model.run(Map.of("x", x), List.of("y"), options).get("y")) {
      return RealOrt.read(y);
    }
  }
}
