package io.github.npu4j.numeric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.OffHeap;
import io.github.npu4j.tensor.Quantization;
import io.github.npu4j.tensor.Quantization.PerAxis;
import io.github.npu4j.tensor.Quantization.PerTensor;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ConvertTest {

  private final Arena arena = Arena.ofConfined();

  @AfterEach
  void close() {
    arena.close();
  }

  private static TensorSpec spec(ElementType type, long elements, Quantization quantization) {
    return new TensorSpec("x", type, Shape.of(elements), quantization);
  }

  private static TensorSpec plain(ElementType type, long elements) {
    return new TensorSpec("x", type, Shape.of(elements));
  }

  private float[] toFloats(MemorySegment source, TensorSpec spec) {
    MemorySegment out = OffHeap.allocate(arena, spec.shape().elements() * 4);
    Convert.toFloats(source, spec, out);
    return out.toArray(ValueLayout.JAVA_FLOAT);
  }

  private MemorySegment fromFloats(TensorSpec spec, float... values) {
    MemorySegment out = OffHeap.allocate(arena, spec);
    Convert.fromFloats(MemorySegment.ofArray(values), out, spec);
    return out;
  }

  @Test
  void readsEveryHalfFloat() {
    MemorySegment all = arena.allocate(2 * 65536);
    for (int bits = 0; bits < 65536; bits++) {
      all.setAtIndex(ValueLayout.JAVA_SHORT, bits, (short) bits);
    }
    float[] halves = toFloats(all, plain(ElementType.FLOAT16, 65536));
    float[] brains = toFloats(all, plain(ElementType.BFLOAT16, 65536));
    for (int bits = 0; bits < 65536; bits++) {
      assertEquals(Float.float16ToFloat((short) bits), halves[bits]);
      assertEquals(Float.intBitsToFloat(bits << 16), brains[bits]);
    }
  }

  @Test
  void roundsHalfFloatsAsTheLanguageDoes() {
    float[] values = randomBitPatterns(200_000);
    TensorSpec spec = plain(ElementType.FLOAT16, values.length);
    MemorySegment halves = fromFloats(spec, values);
    for (int i = 0; i < values.length; i++) {
      assertEquals(Float.floatToFloat16(values[i]), halves.getAtIndex(ValueLayout.JAVA_SHORT, i));
    }
  }

  @Test
  void roundsBrainFloatsToTheNearestEven() {
    float[] values = randomBitPatterns(200_000);
    for (int i = 0; i < 65536; i++) {
      values[i] = Float.intBitsToFloat(i << 16 | 0x8000); // every tie
    }
    MemorySegment brains = fromFloats(plain(ElementType.BFLOAT16, values.length), values);
    for (int i = 0; i < values.length; i++) {
      short got = brains.getAtIndex(ValueLayout.JAVA_SHORT, i);
      float value = values[i];
      if (Float.isNaN(value)) {
        assertTrue(Float.isNaN(Convert.bfloat16ToFloat(got)));
        continue;
      }
      int below = Float.floatToRawIntBits(value) & 0xffff0000;
      int above = below + 0x10000;
      // Past the largest finite one counts as the next power of two would.
      double low = Float.intBitsToFloat(below);
      double high = Math.abs(low) == Float.POSITIVE_INFINITY ? low : successor(above);
      double toLow = Math.abs(value - low);
      double toHigh = Math.abs(high - value);
      int nearest =
          Double.isInfinite(value) || toLow < toHigh
              ? below
              : toLow > toHigh || (below >> 16 & 1) == 1 ? above : below;
      assertEquals((short) (nearest >> 16), got, "of " + value);
    }
  }

  private static double successor(int bits) {
    float value = Float.intBitsToFloat(bits);
    return Float.isInfinite(value) ? Math.copySign(0x1p128, value) : value;
  }

  private static float[] randomBitPatterns(int count) {
    Random random = new Random(3);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = Float.intBitsToFloat(random.nextInt());
    }
    return values;
  }

  @Test
  void readsEveryEightBitFloat() throws IOException {
    String table;
    try (var in = ConvertTest.class.getResourceAsStream("/numeric/float8.txt")) {
      table = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    byte[] all = new byte[256];
    for (int i = 0; i < 256; i++) {
      all[i] = (byte) i;
    }
    int tested = 0;
    for (String line : table.lines().filter(line -> !line.startsWith("#")).toList()) {
      String[] words = line.split(" ");
      ElementType type = ElementType.valueOf(words[0]);
      float[] read = toFloats(MemorySegment.ofArray(all), plain(type, 256));
      for (int i = 0; i < 256; i++) {
        assertEquals(Float.parseFloat(words[i + 1]), read[i], type + " " + i);
      }
      tested++;
    }
    assertEquals(4, tested);
  }

  @Test
  void readsFourBitFloatsAndPowersOfTwo() {
    byte[] bytes = {0x10, 0x32, 0x54, 0x76, (byte) 0x98, (byte) 0xba, (byte) 0xdc, (byte) 0xfe};
    float[] positive = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6};
    float[] read = toFloats(MemorySegment.ofArray(bytes), plain(ElementType.FLOAT4E2M1, 16));
    for (int i = 0; i < 8; i++) {
      assertEquals(positive[i], read[i], "element " + i);
      assertEquals(-positive[i], read[8 + i], "element " + (8 + i));
    }
    byte[] exponents = {0, 1, 126, 127, (byte) 128, (byte) 254, (byte) 255};
    assertArrayEquals(
        new float[] {0x1p-127f, 0x1p-126f, 0.5f, 1, 2, 0x1p127f, Float.NaN},
        toFloats(MemorySegment.ofArray(exponents), plain(ElementType.FLOAT8E8M0, 7)));
  }

  @ParameterizedTest
  @EnumSource(
      value = ElementType.class,
      names = {"INT2", "UINT2", "INT4", "UINT4", "INT8", "UINT8", "INT16", "UINT16"})
  void readsAndWritesEveryValueOfTheSmallIntegers(ElementType type) {
    int low = type.name().startsWith("U") ? 0 : -(1 << type.bits() - 1);
    int count = 1 << type.bits();
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = low + i;
    }
    TensorSpec plain = plain(type, count);
    MemorySegment stored = fromFloats(plain, values);
    for (int i = 0; i < count; i++) {
      assertEquals(values[i], Convert.element(stored, type, i));
    }
    float[] same = toFloats(stored, plain);
    int zeroPoint = low + 3;
    float[] scaled = toFloats(stored, spec(type, count, new PerTensor(0.37f, zeroPoint)));
    for (int i = 0; i < count; i++) {
      assertEquals(values[i], same[i]);
      assertEquals((low + i - zeroPoint) * 0.37f, scaled[i]);
    }
    TensorSpec quantized = spec(type, count, new PerTensor(0.37f, zeroPoint));
    assertEquals(-1, fromFloats(quantized, scaled).mismatch(stored));
  }

  @ParameterizedTest
  @EnumSource(
      value = ElementType.class,
      names = {
        "INT4", "UINT4", "INT8", "UINT8", "INT16", "UINT16", "INT32", "UINT32", "INT64", "UINT64"
      })
  void quantizesAsItsDefinitionSays(ElementType type) {
    long low = type.name().startsWith("U") ? 0 : -1L << type.bits() - 1;
    BigDecimal minimum = BigDecimal.valueOf(low);
    BigDecimal maximum =
        minimum
            .add(new BigDecimal(java.math.BigInteger.TWO.pow(type.bits())))
            .subtract(BigDecimal.ONE);
    Random random = new Random(5);
    int zeroPoint = 7;
    float scale = 0.25f;
    TensorSpec spec = spec(type, 1, new PerTensor(scale, zeroPoint));
    for (int i = 0; i < 20_000; i++) {
      double magnitude = Math.scalb(random.nextDouble() - 0.5, random.nextInt(type.bits() + 4));
      float value = i % 3 == 0 ? Math.round(magnitude) * 0.125f : (float) magnitude;
      BigDecimal exact =
          new BigDecimal(value)
              .divide(new BigDecimal(scale))
              .setScale(0, RoundingMode.HALF_EVEN)
              .add(BigDecimal.valueOf(zeroPoint));
      BigDecimal expected = exact.max(minimum).min(maximum);
      double got = Convert.element(fromFloats(spec, value), type, 0);
      assertEquals(expected.doubleValue(), got, "quantizing " + value);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "INT8, -128, 127",
    "UINT8, 0, 255",
    "INT16, -32768, 32767",
    "UINT16, 0, 65535",
    "INT32, -2147483648, 2147483647",
    "UINT32, 0, 4294967295",
    "INT64, -9223372036854775808, 9223372036854775807",
    "UINT64, 0, 18446744073709551615",
    "INT4, -8, 7",
    "UINT4, 0, 15"
  })
  void saturates(ElementType type, String low, String high) {
    TensorSpec spec = spec(type, 6, new PerTensor(0.5f, 5));
    MemorySegment stored =
        fromFloats(
            spec,
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY,
            Float.MAX_VALUE,
            -Float.MAX_VALUE,
            Float.NaN,
            0);
    double[] expected = {
      Double.parseDouble(high),
      Double.parseDouble(low),
      Double.parseDouble(high),
      Double.parseDouble(low),
      5,
      5
    };
    for (int i = 0; i < 6; i++) {
      assertEquals(expected[i], Convert.element(stored, type, i), "element " + i);
    }
  }

  @Test
  void convertsTheWideIntegers() {
    long[] longs = {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 53 | 1, 123456789123L};
    MemorySegment stored = MemorySegment.ofArray(longs);
    float[] signed = toFloats(stored, plain(ElementType.INT64, longs.length));
    float[] unsigned = toFloats(stored, plain(ElementType.UINT64, longs.length));
    for (int i = 0; i < longs.length; i++) {
      assertEquals((float) longs[i], signed[i]);
      assertEquals(
          Float.parseFloat(Long.toUnsignedString(longs[i])), unsigned[i], "unsigned " + longs[i]);
    }
    int[] ints = {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 16777217};
    float[] fromInts = toFloats(MemorySegment.ofArray(ints), plain(ElementType.INT32, ints.length));
    float[] fromUnsigned =
        toFloats(MemorySegment.ofArray(ints), plain(ElementType.UINT32, ints.length));
    for (int i = 0; i < ints.length; i++) {
      assertEquals((float) ints[i], fromInts[i]);
      assertEquals((float) Integer.toUnsignedLong(ints[i]), fromUnsigned[i]);
    }
  }

  @Test
  void convertsFloat64FloatAndBoolean() {
    double[] doubles = {0.1, -1e300, Double.NaN};
    float[] read = toFloats(MemorySegment.ofArray(doubles), plain(ElementType.FLOAT64, 3));
    assertEquals(0.1f, read[0]);
    assertEquals(Float.NEGATIVE_INFINITY, read[1]);
    assertTrue(Float.isNaN(read[2]));
    MemorySegment stored = fromFloats(plain(ElementType.FLOAT64, 1), 0.1f);
    assertEquals(0.1f, stored.get(ValueLayout.JAVA_DOUBLE, 0));
    MemorySegment booleans = fromFloats(plain(ElementType.BOOL, 3), 0, 0.5f, -1);
    assertEquals(1, Convert.element(booleans, ElementType.BOOL, 1));
    assertEquals(0, toFloats(booleans, plain(ElementType.BOOL, 3))[0]);
    MemorySegment floats = fromFloats(plain(ElementType.FLOAT32, 1), 2.5f);
    assertEquals(2.5f, toFloats(floats, plain(ElementType.FLOAT32, 1))[0]);
  }

  @ParameterizedTest
  @EnumSource(
      value = ElementType.class,
      names = {"INT4", "INT8", "UINT8", "INT16", "INT32"})
  void scalesAlongAnyAxis(ElementType type) {
    int[] sizes = {2, 3, 5};
    for (int axis = 0; axis < 3; axis++) {
      float[] scales = new float[sizes[axis]];
      int[] zeroPoints = new int[sizes[axis]];
      for (int i = 0; i < scales.length; i++) {
        scales[i] = 0.25f * (i + 1);
        zeroPoints[i] = i;
      }
      TensorSpec spec =
          new TensorSpec("x", type, Shape.of(2, 3, 5), new PerAxis(axis, scales, zeroPoints));
      float[] values = new float[30];
      for (int i = 0; i < 30; i++) {
        int channel = new int[] {i / 15, i / 5 % 3, i % 5}[axis];
        values[i] = (i % 7 - zeroPoints[channel]) * scales[channel];
      }
      MemorySegment stored = fromFloats(spec, values);
      float[] back = toFloats(stored, spec);
      for (int i = 0; i < 30; i++) {
        assertEquals(i % 7, Convert.element(stored, type, i), "axis " + axis + " at " + i);
        assertEquals(values[i], back[i]);
      }
    }
  }

  @Test
  void touchesNothingBesideItsElements() {
    MemorySegment guarded = arena.allocate(16).fill((byte) 0x55);
    TensorSpec spec = plain(ElementType.INT4, 3);
    Convert.fromFloats(MemorySegment.ofArray(new float[] {1, 2, -1}), guarded.asSlice(4, 2), spec);
    byte[] bytes = guarded.toArray(ValueLayout.JAVA_BYTE);
    assertEquals(0x55, bytes[3]);
    assertEquals(0x21, bytes[4]);
    assertEquals(0x5f, bytes[5], "the unused half byte keeps its value");
    assertEquals(0x55, bytes[6]);
  }

  @Test
  void refusesWhatItCantDo() {
    MemorySegment small = arena.allocate(3);
    MemorySegment large = arena.allocate(64);
    TensorSpec four = plain(ElementType.FLOAT16, 4);
    assertThrows(IllegalArgumentException.class, () -> Convert.toFloats(small, four, large));
    assertThrows(IllegalArgumentException.class, () -> Convert.toFloats(large, four, small));
    assertThrows(IllegalArgumentException.class, () -> Convert.fromFloats(small, large, four));
    TensorSpec blocks =
        spec(ElementType.INT4, 4, new Quantization.Described("BLOCKWISE_EXPANSION"));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> Convert.toFloats(large, blocks, large))
            .getMessage()
            .contains("BLOCKWISE"));
    TensorSpec wrongAxis =
        spec(ElementType.INT8, 4, new PerAxis(0, new float[] {1, 1}, new int[] {0, 0}));
    assertThrows(IllegalArgumentException.class, () -> Convert.toFloats(large, wrongAxis, large));
    TensorSpec tiny = plain(ElementType.FLOAT8E5M2, 4);
    assertThrows(IllegalArgumentException.class, () -> Convert.fromFloats(large, large, tiny));
  }
}
