package io.github.npu4j.text;

import io.github.npu4j.engine.Binding;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.TensorSpec;
import io.github.npu4j.tokenizer.Encoding;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A binding of a {@link TextGraph} for a batch of one size and length, and the memory of its
 * tensors. Belongs to one thread at a time.
 */
final class TextBinding implements AutoCloseable {

  private final TextGraph graph;
  private final Binding binding;
  private final int batch;
  private final int length;
  private final MemorySegment ids;
  private final @Nullable MemorySegment mask;
  private final @Nullable MemorySegment types;

  /** The output as floats, where the graph has another type than can be pooled as it is. */
  private float @Nullable [] converted;

  private final int width;
  private float[] scratch = {};
  private float[] values = {};

  /**
   * Takes a binding over.
   *
   * @param width the length of a row of the output
   */
  TextBinding(TextGraph graph, Binding binding, int batch, int length, int width) {
    this.graph = graph;
    this.width = width;
    this.binding = binding;
    this.batch = batch;
    this.length = length;
    this.ids = binding.input(graph.ids().name());
    this.mask = memory(graph.mask());
    this.types = memory(graph.types());
    graph.positions().ifPresent(this::countPositions);
  }

  private @Nullable MemorySegment memory(Optional<TensorSpec> input) {
    return input.map(spec -> binding.input(spec.name())).orElse(null);
  }

  private void countPositions(TensorSpec spec) {
    MemorySegment positions = binding.input(spec.name());
    for (int i = 0; i < batch * length; i++) {
      TokenInput.set(positions, spec.type(), i, i % length);
    }
  }

  TextGraph graph() {
    return graph;
  }

  int batch() {
    return batch;
  }

  int length() {
    return length;
  }

  /** Writes a text into a row; what is left of the row is masked out. */
  void put(int row, Encoding text) {
    int first = row * length;
    int count = text.length();
    MemorySegment maskRow = mask;
    MemorySegment typeRow = types;
    ElementType idType = graph.ids().type();
    for (int i = 0; i < length; i++) {
      TokenInput.set(ids, idType, first + i, i < count ? text.ids()[i] : 0);
    }
    if (maskRow != null) {
      ElementType type = graph.mask().orElseThrow().type();
      for (int i = 0; i < length; i++) {
        TokenInput.set(maskRow, type, first + i, i < count ? 1 : 0);
      }
    }
    if (typeRow != null) {
      ElementType type = graph.types().orElseThrow().type();
      for (int i = 0; i < length; i++) {
        TokenInput.set(typeRow, type, first + i, i < count ? text.typeId(i) : 0);
      }
    }
  }

  /** Runs the graph. */
  void run() {
    binding.run();
  }

  /** Returns how long the last run waited for its turn on the device, in nanoseconds. */
  long queueNanos() {
    return binding.queueNanos();
  }

  /**
   * Returns what a head makes of a text; overwritten by the next.
   *
   * @param row the text's row of the batch
   * @param tokens how many of its tokens count
   */
  float[] apply(EncoderHead head, int row, int tokens) {
    TensorSpec output = graph.output();
    ElementType type = output.type();
    MemorySegment rows;
    if (type == ElementType.FLOAT32 || type == ElementType.FLOAT16) {
      rows = binding.output(output.name());
    } else {
      rows = converted(output);
      type = ElementType.FLOAT32;
    }
    if (row > 0) {
      long before = graph.isPooled() ? row : (long) row * length;
      rows = rows.asSlice(type.byteSize(before * width));
    }
    if (values.length != head.size(width)) {
      values = new float[head.size(width)];
      scratch = new float[head.scratch(width)];
    }
    head.apply(rows, type, graph.isPooled() ? 1 : tokens, width, scratch, values);
    return values;
  }

  private MemorySegment converted(TensorSpec output) {
    float[] floats = converted;
    if (floats == null) {
      int rows = graph.isPooled() ? batch : batch * length;
      floats = new float[Math.multiplyExact(rows, width)];
      converted = floats;
    }
    binding.read(output.name(), floats);
    return MemorySegment.ofArray(floats);
  }

  @Override
  public void close() {
    binding.close();
  }
}
