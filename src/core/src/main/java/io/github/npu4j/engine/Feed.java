package io.github.npu4j.engine;

import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.OffHeap;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * One set of inputs.
 *
 * @param name what it is, for the report
 * @param inputs a tensor for each input of the graph
 */
public record Feed(String name, Map<String, Value> inputs) {

  /**
   * A tensor with its elements.
   *
   * @param spec its type and static shape
   * @param data its packed elements; the caller's, who keeps it open
   */
  public record Value(TensorSpec spec, MemorySegment data) {}

  /**
   * Above 0, which is often padding, and below every vocabulary in use: an embedding table of fewer
   * rows would be left.
   */
  private static final int TOKEN_IDS = 1000;

  /** Takes a copy of the map. */
  public Feed {
    inputs = Map.copyOf(inputs);
  }

  /**
   * Makes random inputs that a transformer can take, by each input's name and type: token ids from
   * 1 to 999, masks of ones, token types of zeros, positions in order, and floats with mean 0 and
   * deviation 1. The same seed gives the same inputs on every machine.
   *
   * @param graph the graph
   * @param shapes a static shape for each input whose declared shape is dynamic
   * @param seed where the random numbers start
   * @param allocator owns the memory
   * @throws IllegalStateException if an input's shape stays dynamic
   */
  public static Feed random(
      GraphSpec graph, Map<String, Shape> shapes, long seed, SegmentAllocator allocator) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Value> inputs = new LinkedHashMap<>();
    for (TensorSpec declared : graph.inputs()) {
      Shape shape = shapes.get(declared.name());
      TensorSpec spec = shape == null ? declared : declared.withShape(shape);
      MemorySegment data = OffHeap.allocate(allocator, spec);
      fill(data, spec, random);
      inputs.put(spec.name(), new Value(spec, data));
    }
    return new Feed("random, seed " + seed, inputs);
  }

  private static void fill(MemorySegment data, TensorSpec spec, SplittableRandom random) {
    long elements = spec.shape().elements();
    String name = spec.name().toLowerCase(java.util.Locale.ROOT);
    boolean quantized = spec.quantization() != null;
    switch (spec.type()) {
      case FLOAT32 -> {
        boolean mask = name.contains("mask");
        for (long i = 0; i < elements; i++) {
          data.setAtIndex(ValueLayout.JAVA_FLOAT, i, mask ? 1 : (float) random.nextGaussian());
        }
      }
      case FLOAT64 -> {
        for (long i = 0; i < elements; i++) {
          data.setAtIndex(ValueLayout.JAVA_DOUBLE, i, random.nextGaussian());
        }
      }
      case FLOAT16 -> {
        for (long i = 0; i < elements; i++) {
          short bits = Float.floatToFloat16(name.contains("mask") ? 1 : gaussian(random));
          data.setAtIndex(ValueLayout.JAVA_SHORT, i, bits);
        }
      }
      case INT32, UINT32, INT64, UINT64 -> {
        long row = spec.shape().rank() == 0 ? 1 : spec.shape().dimension(spec.shape().rank() - 1);
        for (long i = 0; i < elements; i++) {
          setInteger(data, spec.type(), i, integer(name, i % Math.max(row, 1), random));
        }
      }
      case BOOL -> data.fill((byte) 1);
      default -> {
        for (long i = 0; i < data.byteSize(); i++) {
          // Raw bits mean something only in integers; of an 8-bit float they might be a NaN.
          byte bits = (byte) (quantized || !spec.type().isFloating() ? random.nextInt() : 0);
          data.set(ValueLayout.JAVA_BYTE, i, bits);
        }
      }
    }
  }

  private static float gaussian(SplittableRandom random) {
    return (float) random.nextGaussian();
  }

  private static long integer(String name, long column, SplittableRandom random) {
    if (name.contains("mask")) {
      return 1;
    }
    if (name.contains("position")) {
      return column;
    }
    return name.contains("type") ? 0 : 1 + random.nextInt(TOKEN_IDS - 1);
  }

  private static void setInteger(MemorySegment data, ElementType type, long index, long value) {
    if (type == ElementType.INT64 || type == ElementType.UINT64) {
      data.setAtIndex(ValueLayout.JAVA_LONG, index, value);
    } else {
      data.setAtIndex(ValueLayout.JAVA_INT, index, (int) value);
    }
  }
}
