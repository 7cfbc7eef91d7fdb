package io.github.npu4j.engine.feed;

import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.onnx.use.InputUse;
import io.github.npu4j.onnx.use.ValueRange;
import io.github.npu4j.tensor.OffHeap;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Locale;
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
   * Where no table is known: above 0, which is often padding, and below every vocabulary in use.
   */
  private static final ValueRange TOKEN_IDS = new ValueRange(1, 999);

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
    return random(graph, shapes, Map.of(), seed, allocator);
  }

  /**
   * Makes random inputs that a graph can take, by what it uses them for, and else by name and type
   * as {@link #random(GraphSpec, Map, long, SegmentAllocator)} does: what indexes a table is within
   * it, though seldom its first row, which is often padding, and a mask is of ones.
   *
   * @param uses what is known of the inputs, by name
   */
  @SuppressWarnings("exports") // uses are found by npu4j's own rooms; users have none to name
  public static Feed random(
      GraphSpec graph,
      Map<String, Shape> shapes,
      Map<String, InputUse> uses,
      long seed,
      SegmentAllocator allocator) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Value> inputs = new LinkedHashMap<>();
    for (TensorSpec declared : graph.inputs()) {
      Shape shape = shapes.get(declared.name());
      TensorSpec spec = shape == null ? declared : declared.withShape(shape);
      MemorySegment data = OffHeap.allocate(allocator, spec);
      fill(data, spec, uses.getOrDefault(spec.name(), new InputUse.Free()), random);
      inputs.put(spec.name(), new Value(spec, data));
    }
    return new Feed("random, seed " + seed, inputs);
  }

  private static void fill(
      MemorySegment data, TensorSpec spec, InputUse use, SplittableRandom random) {
    boolean plain = spec.quantization().isEmpty() && spec.type().bits() >= Byte.SIZE;
    switch (use) {
      case InputUse.Index(ValueRange range) when plain && Integers.takes(spec.type()) ->
          indices(data, spec, Integers.within(range, spec.type()), random);
      // A float that is taken from 1 may be a share as well as a mask.
      case InputUse.Mask() when plain && !spec.type().isFloating() ->
          Integers.fill(data, spec, _ -> 1);
      default -> fill(data, spec, random);
    }
  }

  /** Positions and token types mean something: they are as ever, only within their table. */
  private static void indices(
      MemorySegment data, TensorSpec spec, ValueRange range, SplittableRandom random) {
    String name = spec.name().toLowerCase(Locale.ROOT);
    ValueRange drawn = drawn(range);
    long row = row(spec);
    if (name.contains("position")) {
      Integers.fill(data, spec, i -> range.first() + i % row % range.count());
    } else if (name.contains("type")) {
      Integers.fill(data, spec, _ -> range.clamp(0));
    } else {
      Integers.fill(data, spec, _ -> drawn.first() + random.nextInt((int) drawn.count()));
    }
  }

  /** Of a plain table the rows of usual ids are drawn; of one that is shifted, all. */
  private static ValueRange drawn(ValueRange range) {
    if (range.first() == 0) {
      return range.count() > 2
          ? new ValueRange(TOKEN_IDS.first(), TOKEN_IDS.clamp(range.last()))
          : range;
    }
    return new ValueRange(
        range.first(), Math.min(range.last(), range.first() + Integer.MAX_VALUE - 1));
  }

  private static long row(TensorSpec spec) {
    Shape shape = spec.shape();
    return shape.rank() == 0 ? 1 : Math.max(1, shape.dimension(shape.rank() - 1));
  }

  private static void fill(MemorySegment data, TensorSpec spec, SplittableRandom random) {
    long elements = spec.shape().elements();
    String name = spec.name().toLowerCase(Locale.ROOT);
    boolean quantized = spec.quantization().isPresent();
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
        long row = row(spec);
        Integers.fill(data, spec, i -> integer(name, i % row, random));
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
    return name.contains("type") ? 0 : TOKEN_IDS.first() + random.nextInt((int) TOKEN_IDS.count());
  }
}
