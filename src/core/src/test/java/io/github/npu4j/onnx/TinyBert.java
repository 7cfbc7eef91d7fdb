package io.github.npu4j.onnx;

import io.github.npu4j.onnx.GraphBuilder.Value;
import io.github.npu4j.store.Progress;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/**
 * A BERT encoder of two layers with random weights, as PyTorch exports one: in ONNX's small
 * operators. Each setter makes it differ in one place.
 */
public final class TinyBert {

  static final int WIDTH = 8;
  public static final int WORDS = 20;
  private static final int HEADS = 2;
  private static final int WIDE = 16;
  private static final int POSITIONS = 12;

  private final GraphBuilder graph = new GraphBuilder("tiny", 11);
  private final Random random = new Random(3);
  private Object length = "sequence_length";
  private double scale = Math.sqrt((double) WIDTH / HEADS);
  private float maskedOut = -3.4028235e38f;
  private float half = 0.5f;
  private long firstPosition;
  private long softmaxAxis = 3;
  private boolean attendsToSum;

  /** Fixes the number of tokens. */
  public TinyBert length(int tokens) {
    length = tokens;
    return this;
  }

  /** Divides scores by another number. */
  public TinyBert scale(double divisor) {
    scale = divisor;
    return this;
  }

  /** Adds another number to the scores of tokens that don't count. */
  public TinyBert maskedOut(float number) {
    maskedOut = number;
    return this;
  }

  /** Multiplies by another number at the end of GELU. */
  public TinyBert half(float number) {
    half = number;
    return this;
  }

  /** Counts positions from another number, as RoBERTa does. */
  public TinyBert firstPosition(long number) {
    firstPosition = number;
    return this;
  }

  /** Takes Softmax along another axis. */
  public TinyBert softmaxAxis(long axis) {
    softmaxAxis = axis;
    return this;
  }

  /** Attends to the sum before the norm. */
  public TinyBert attendsToSum() {
    attendsToSum = true;
    return this;
  }

  /** Builds the graph and writes it. */
  public Path write(Path file) throws IOException {
    Value ids = graph.input("input_ids", ElementType.INT64, "batch_size", length);
    Value mask = graph.input("attention_mask", ElementType.INT64, "batch_size", length);
    Value types = graph.input("token_type_ids", ElementType.INT64, "batch_size", length);
    Value wide = unsqueeze(unsqueeze(mask, 1), 2);
    Value cast = graph.node("Cast", wide).with("to", 1).output();
    Value masked = graph.op("Mul", graph.op("Sub", graph.number(1), cast), graph.number(maskedOut));
    Value summed = embeddings(ids, types);
    Value hidden = norm(summed);
    for (int layer = 0; layer < 2; layer++) {
      Value attended = attention(attendsToSum ? summed : hidden, masked);
      hidden = norm(graph.op("Add", linear(attended, WIDTH, WIDTH), hidden));
      Value up = linear(hidden, WIDTH, WIDE);
      Value erf = graph.op("Erf", graph.op("Div", up, graph.number((float) Math.sqrt(2))));
      Value raised = graph.op("Mul", up, graph.op("Add", erf, graph.number(1)));
      Value down = linear(graph.op("Mul", raised, graph.number(half)), WIDE, WIDTH);
      hidden = norm(graph.op("Add", down, hidden));
    }
    graph.output(
        "last_hidden_state", hidden, ElementType.FLOAT32, "batch_size", length, (long) WIDTH);
    graph.write(file, Progress.NONE);
    return file;
  }

  private Value embeddings(Value ids, Value types) {
    long[] places = new long[POSITIONS];
    for (int i = 0; i < places.length; i++) {
      places[i] = i + firstPosition;
    }
    Value count = unsqueeze(graph.op("Gather", graph.op("Shape", ids), graph.integer(1)), 0);
    Value row = graph.integers(places, Shape.of(1, POSITIONS));
    Value one = graph.integers(1);
    Value positions = graph.op("Slice", row, graph.integers(0), count, one, one);
    Value words = graph.op("Gather", weight(WORDS, WIDTH), ids);
    Value segments = graph.op("Gather", weight(2, WIDTH), types);
    Value sum = graph.op("Add", words, segments);
    return graph.op("Add", sum, graph.op("Gather", weight(POSITIONS, WIDTH), positions));
  }

  private Value attention(Value x, Value masked) {
    Value query = heads(linear(x, WIDTH, WIDTH), 0, 2, 1, 3);
    Value key = heads(linear(x, WIDTH, WIDTH), 0, 2, 3, 1);
    Value value = heads(linear(x, WIDTH, WIDTH), 0, 2, 1, 3);
    Value scores = graph.op("Div", graph.op("MatMul", query, key), graph.number((float) scale));
    Value weights =
        graph.node("Softmax", graph.op("Add", scores, masked)).with("axis", softmaxAxis).output();
    Value joined = transpose(graph.op("MatMul", weights, value), 0, 2, 1, 3);
    return graph.op("Reshape", joined, openShape(joined, WIDTH));
  }

  private Value heads(Value x, long... order) {
    return transpose(graph.op("Reshape", x, openShape(x, HEADS, WIDTH / HEADS)), order);
  }

  private Value openShape(Value source, long... tail) {
    Value[] parts = new Value[2 + tail.length];
    for (int axis = 0; axis < parts.length; axis++) {
      parts[axis] =
          axis < 2
              ? unsqueeze(graph.op("Gather", graph.op("Shape", source), graph.integer(axis)), 0)
              : graph.integers(tail[axis - 2]);
    }
    return graph.node("Concat", parts).with("axis", 0).output();
  }

  private Value norm(Value x) {
    Value centred = graph.op("Sub", x, mean(x));
    Value variance = mean(graph.op("Pow", centred, graph.number(2)));
    Value deviation = graph.op("Sqrt", graph.op("Add", variance, graph.number(1e-6f)));
    Value scaled = graph.op("Mul", graph.op("Div", centred, deviation), vector(WIDTH));
    return graph.op("Add", scaled, vector(WIDTH));
  }

  private Value mean(Value x) {
    return graph.node("ReduceMean", x).withAll("axes", -1).output();
  }

  private Value linear(Value x, int in, int out) {
    return graph.op("Add", vector(out), graph.op("MatMul", x, weight(in, out)));
  }

  private Value transpose(Value x, long... order) {
    return graph.node("Transpose", x).withAll("perm", order).output();
  }

  private Value unsqueeze(Value x, long axis) {
    return graph.node("Unsqueeze", x).withAll("axes", axis).output();
  }

  private Value weight(int rows, int columns) {
    return graph.numbers(values(rows * columns), Shape.of(rows, columns));
  }

  private Value vector(int length) {
    return graph.numbers(values(length), Shape.of(length));
  }

  private float[] values(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian() / 2;
    }
    return values;
  }
}
