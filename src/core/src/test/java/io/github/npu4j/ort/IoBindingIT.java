package io.github.npu4j.ort;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.error.RunAbortedException;
import io.github.npu4j.internal.ffm.Downcall;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IoBindingIT {

  @Test
  void runsOverMemoryOfItsOwn() {
    try (OrtModel model = RealOrt.open(OnnxBytes.add(4));
        OrtTensor a = RealOrt.floats(1, 2, 3, 4);
        OrtTensor b = RealOrt.floats(10, 20, 30, 40);
        OrtTensor sum = RealOrt.floats(Shape.of(1, 4));
        IoBinding binding = model.bind()) {
      binding.bindInput("a", a);
      binding.bindInput("b", b);
      binding.bindOutput("sum", sum);
      binding.run();
      assertArrayEquals(new float[] {11, 22, 33, 44}, RealOrt.read(sum));
      a.data().setAtIndex(ValueLayout.JAVA_FLOAT, 0, 100);
      binding.run();
      assertEquals(110, sum.data().getAtIndex(ValueLayout.JAVA_FLOAT, 0));
      try (OrtTensor fetched = binding.output("sum")) {
        assertEquals(sum.data().address(), fetched.data().address());
      }
    }
  }

  @Test
  void runsOverTheCallersMemoryAndLeavesWhatIsAroundItAlone() {
    try (OrtModel model = RealOrt.open(OnnxBytes.add(4));
        Arena arena = Arena.ofShared();
        IoBinding binding = model.bind()) {
      MemorySegment guarded = arena.allocate(64 * 3, 64).fill((byte) 0x5a);
      MemorySegment inside = guarded.asSlice(64, 16);
      MemorySegment input = arena.allocate(16, 64);
      for (int i = 0; i < 4; i++) {
        input.setAtIndex(ValueLayout.JAVA_FLOAT, i, i);
      }
      try (OrtTensor x = OrtTensor.over(RealOrt.ORT, input, ElementType.FLOAT32, Shape.of(1, 4));
          OrtTensor y = OrtTensor.over(RealOrt.ORT, inside, ElementType.FLOAT32, Shape.of(1, 4))) {
        binding.bindInput("a", x);
        binding.bindInput("b", x);
        binding.bindOutput("sum", y);
        binding.run();
      }
      assertArrayEquals(new float[] {0, 2, 4, 6}, inside.toArray(ValueLayout.JAVA_FLOAT));
      for (long at = 0; at < guarded.byteSize(); at++) {
        if (at < 64 || at >= 80) {
          assertEquals(0x5a, guarded.get(ValueLayout.JAVA_BYTE, at), "byte " + at);
        }
      }
    }
  }

  @Test
  void memoryWhoseArenaIsClosedIsNotTouched() {
    try (OrtModel model = RealOrt.open(OnnxBytes.add(4));
        OrtTensor sum = RealOrt.floats(Shape.of(1, 4));
        IoBinding binding = model.bind()) {
      try (Arena arena = Arena.ofShared()) {
        MemorySegment memory = arena.allocate(16, 64);
        OrtTensor x = OrtTensor.over(RealOrt.ORT, memory, ElementType.FLOAT32, Shape.of(1, 4));
        binding.bindInput("a", x);
        binding.bindInput("b", x);
        binding.bindOutput("sum", sum);
        binding.run();
        x.close();
        binding.run();
      }
      assertThrows(IllegalStateException.class, binding::run);
    }
  }

  @Test
  void aConfinedArenaOfAnotherThreadIsRefused() throws Exception {
    try (OrtModel model = RealOrt.open(OnnxBytes.add(4));
        Arena arena = Arena.ofConfined();
        OrtTensor sum = RealOrt.floats(Shape.of(1, 4));
        IoBinding binding = model.bind()) {
      OrtTensor x =
          OrtTensor.over(RealOrt.ORT, arena.allocate(16, 64), ElementType.FLOAT32, Shape.of(1, 4));
      binding.bindInput("a", x);
      binding.bindInput("b", x);
      binding.bindOutput("sum", sum);
      List<Throwable> thrown = new ArrayList<>();
      Thread other =
          Thread.ofPlatform()
              .start(() -> thrown.add(assertThrows(WrongThreadException.class, binding::run)));
      other.join();
      assertEquals(1, thrown.size());
      binding.run();
      x.close();
    }
  }

  @Test
  void memoryOfTooManyArenasIsRefusedInWords() {
    List<Arena> arenas = new ArrayList<>();
    List<OrtTensor> tensors = new ArrayList<>();
    for (int i = 0; i <= Downcall.HELD; i++) {
      Arena arena = Arena.ofShared();
      arenas.add(arena);
      tensors.add(
          OrtTensor.over(RealOrt.ORT, arena.allocate(16, 64), ElementType.FLOAT32, Shape.of(1, 4)));
    }
    HeldArenas.of(tensors.subList(0, Downcall.HELD));
    BadInputException refused = assertThrows(BadInputException.class, () -> HeldArenas.of(tensors));
    assertTrue(refused.getMessage().contains("more than 4 arenas"), refused.getMessage());
    tensors.forEach(OrtTensor::close);
    arenas.forEach(Arena::close);
  }

  @Test
  void tensorsMayMoveFromSomeArenasToOthersOneByOne() {
    int count = 5;
    byte[] sum = OnnxBytes.sum(count, 4);
    try (OrtModel model = RealOrt.open(sum);
        IoBinding binding = model.bind()) {
      for (int round = 0; round < 3; round++) {
        // Three arenas at a time, and up to five while tensors of two rounds are bound.
        try (Arena a = Arena.ofShared();
            Arena b = Arena.ofShared();
            Arena c = Arena.ofShared()) {
          for (int i = 0; i < count; i++) {
            binding.bindInput("x" + i, over(i < 3 ? a : b, round));
          }
          OrtTensor result = over(c, 0);
          binding.bindOutput("sum", result);
          binding.run();
          float expected = count * round;
          assertArrayEquals(
              new float[] {expected, expected, expected, expected}, RealOrt.read(result));
        }
      }
    }
  }

  private static OrtTensor over(Arena arena, float value) {
    MemorySegment memory = arena.allocate(16, 64);
    for (int i = 0; i < 4; i++) {
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
    }
    return OrtTensor.over(RealOrt.ORT, memory, ElementType.FLOAT32, Shape.of(1, 4));
  }

  @Test
  void aTensorThatIsClosedStaysUsableForItsBinding() {
    try (OrtModel model = RealOrt.open(OnnxBytes.add(4));
        OrtTensor sum = RealOrt.floats(Shape.of(1, 4));
        IoBinding binding = model.bind()) {
      OrtTensor a = RealOrt.floats(1, 2, 3, 4);
      binding.bindInput("a", a);
      binding.bindInput("b", a);
      binding.bindOutput("sum", sum);
      a.close();
      a.close();
      assertThrows(IllegalStateException.class, a::data);
      assertThrows(IllegalStateException.class, () -> binding.bindInput("a", a));
      binding.run();
      assertArrayEquals(new float[] {2, 4, 6, 8}, RealOrt.read(sum));
    }
  }

  @Test
  void fetchesAnOutputOfUnknownShapeAndKeepsItOverTheNextRun() {
    try (OrtModel model = RealOrt.open(OnnxBytes.nonZero());
        OrtTensor x = RealOrt.floats(0, 1, 0, 0, 1, 0, 0, 1);
        IoBinding binding = model.bind()) {
      binding.bindInput("x", x);
      binding.bindOutput("found");
      binding.run();
      OrtTensor first = binding.output("found");
      assertEquals(Shape.of(2, 3), first.shape());
      assertEquals(ElementType.INT64, first.type());
      x.data().setAtIndex(ValueLayout.JAVA_FLOAT, 1, 0);
      binding.run();
      try (OrtTensor second = binding.output("found")) {
        assertEquals(Shape.of(2, 2), second.shape());
        assertArrayEquals(new long[] {0, 0, 4, 7}, second.data().toArray(ValueLayout.JAVA_LONG));
      }
      assertArrayEquals(new long[] {0, 0, 0, 1, 4, 7}, first.data().toArray(ValueLayout.JAVA_LONG));
      first.close();
      assertThrows(IllegalStateException.class, first::data);
    }
  }

  @Test
  void wrongNamesTypesAndShapesAreRefusedInWords() {
    try (OrtModel model = RealOrt.open(OnnxBytes.add(4));
        OrtTensor five = RealOrt.floats(1, 2, 3, 4, 5);
        OrtTensor ints = OrtTensor.allocate(RealOrt.ORT, ElementType.INT32, Shape.of(1, 4));
        IoBinding binding = model.bind()) {
      String unknown =
          assertThrows(BadInputException.class, () -> binding.bindInput("c", five)).getMessage();
      assertTrue(unknown.contains("there is no input c"), unknown);
      assertTrue(unknown.contains("[a, b]"), unknown);
      String shape =
          assertThrows(BadInputException.class, () -> binding.bindInput("a", five)).getMessage();
      assertTrue(shape.contains("FLOAT32 1x5") && shape.contains("FLOAT32 1x4"), shape);
      String type =
          assertThrows(BadInputException.class, () -> binding.bindOutput("sum", ints)).getMessage();
      assertTrue(type.contains("INT32 1x4"), type);
      assertThrows(BadInputException.class, () -> binding.bindOutput("product"));
      assertThrows(BadInputException.class, () -> binding.output("product"));
    }
  }

  @Test
  void aMissingInputIsTheLibrarysError() {
    try (OrtModel model = RealOrt.open(OnnxBytes.add(4));
        OrtTensor a = RealOrt.floats(1, 2, 3, 4);
        IoBinding binding = model.bind()) {
      binding.bindInput("a", a);
      binding.bindOutput("sum");
      NativeCallException missing = assertThrows(NativeCallException.class, binding::run);
      assertEquals("RunWithBinding", missing.function());
      assertTrue(missing.libraryMessage().contains("b"), missing.getMessage());
    }
  }

  @Test
  void whatWasClearedIsGone() {
    try (OrtModel model = RealOrt.open(OnnxBytes.add(4));
        OrtTensor a = RealOrt.floats(1, 2, 3, 4);
        OrtTensor sum = RealOrt.floats(Shape.of(1, 4));
        IoBinding binding = model.bind()) {
      binding.bindInput("a", a);
      binding.bindInput("b", a);
      binding.bindOutput("sum", sum);
      binding.synchronizeInputs();
      binding.run();
      binding.synchronizeOutputs();
      binding.clearInputs();
      assertThrows(NativeCallException.class, binding::run);
      binding.bindInput("a", a);
      binding.bindInput("b", a);
      binding.clearOutputs();
      assertEquals(Map.of(), binding.outputs());
      binding.bindOutput("sum", sum);
      binding.run();
      assertArrayEquals(new float[] {2, 4, 6, 8}, RealOrt.read(sum));
    }
  }

  @Test
  void terminatesFromAnotherThread() throws Exception {
    try (OrtModel model = RealOrt.open(OnnxBytes.slow(400));
        OrtTensor x = RealOrt.floats(Shape.of(512, 512));
        OrtTensor y = RealOrt.floats(Shape.of(512, 512));
        IoBinding binding = model.bind()) {
      RunOptions options = RunOptions.create(RealOrt.ORT);
      binding.bindInput("x", x);
      binding.bindOutput("y", y);
      Thread terminator =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  Thread.sleep(50);
                } catch (InterruptedException ended) {
                  throw new AssertionError(ended);
                }
                options.terminate();
              });
      assertThrows(RunAbortedException.class, () -> binding.run(options));
      terminator.join();
      assertThrows(RunAbortedException.class, () -> binding.run(options));
      options.clearTermination();
      options.close();
      assertThrows(IllegalStateException.class, () -> binding.run(options));
    }
  }

  @Test
  void aUseAfterCloseThrows() {
    OrtModel model = RealOrt.open(OnnxBytes.add(4));
    IoBinding binding = model.bind();
    IoBinding other = model.bind();
    binding.close();
    binding.close();
    String message = assertThrows(IllegalStateException.class, binding::run).getMessage();
    assertEquals("the binding is closed", message);
    model.close();
    model.close();
    assertThrows(IllegalStateException.class, other::run);
    assertThrows(IllegalStateException.class, model::bind);
    assertThrows(IllegalStateException.class, model::metadata);
    other.close();
  }
}
