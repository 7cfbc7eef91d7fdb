package io.github.npu4j.onnx;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.internal.proto.ProtoReader;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The main graph of an ONNX file to look things up in: which node makes a value, and the constants
 * as slices of the mapped file, those of initializers and those of Constant nodes alike.
 *
 * <p>Reads what a transformer's graph is made of. Of the rest it keeps enough to tell that it is
 * something else: a node keeps its integers and floats, and constants in other files or in other
 * fields than {@code raw_data} are left out. May be shared by threads until it is closed.
 */
public final class OnnxGraph implements TensorSource {

  private static final int MAX_NODES = 100_000;
  private static final int MAX_LIST = 1000;

  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /**
   * A node.
   *
   * @param domain the operator's domain; empty for ONNX's own
   * @param type the operator
   * @param inputs the values it takes
   * @param integers its attributes that are integers or lists of them
   * @param floats its attributes that are a float
   */
  public record Operation(
      String domain,
      String type,
      List<String> inputs,
      Map<String, List<Long>> integers,
      Map<String, Float> floats) {}

  private record Constant(TensorSpec spec, MemorySegment data) {}

  private final Arena arena;
  private final Map<String, Operation> makers = new HashMap<>();
  private final Map<String, Constant> constants = new TreeMap<>();
  private final List<ValueInfo> inputs = new ArrayList<>();
  private final List<ValueInfo> outputs = new ArrayList<>();
  private String name = "";
  private int nodes;

  private OnnxGraph(Arena arena) {
    this.arena = arena;
  }

  /**
   * Maps and reads a file.
   *
   * @throws BadModelException if it is not an ONNX model or is damaged
   */
  public static OnnxGraph open(Path file) {
    OnnxGraph graph = new OnnxGraph(Arena.ofShared());
    try {
      MemorySegment bytes = OnnxFile.map(file, graph.arena);
      ProtoReader model =
          new ProtoReader(bytes, String.valueOf(file.getFileName()), OnnxScanner.FORMAT);
      while (model.next()) {
        if (model.field() == 7) {
          graph.read(model.message());
        } else {
          model.skip();
        }
      }
      graph.inputs.removeIf(input -> graph.constants.containsKey(input.name()));
      return graph;
    } catch (RuntimeException | InternalError failed) {
      graph.close();
      throw failed;
    }
  }

  /** Returns the graph's name; may be empty. */
  public String name() {
    return name;
  }

  /** Returns the inputs a caller has to give. */
  public List<ValueInfo> inputs() {
    return Collections.unmodifiableList(inputs);
  }

  /** Returns the outputs. */
  public List<ValueInfo> outputs() {
    return Collections.unmodifiableList(outputs);
  }

  /** Returns the node that makes a value; {@code null} for inputs and constants. */
  @Nullable Operation maker(String value) {
    return makers.get(value);
  }

  /** Returns the type and shape of a constant; {@code null} if the value is none. */
  @Nullable TensorSpec constant(String value) {
    Constant found = constants.get(value);
    return found == null ? null : found.spec;
  }

  /** Returns the elements of a constant of whole numbers. */
  long[] integers(String constant) {
    MemorySegment data = data(constant);
    long[] values = new long[Math.toIntExact(data.byteSize() / Long.BYTES)];
    MemorySegment.copy(data, LONG, 0, values, 0, values.length);
    return values;
  }

  /** Returns the elements of a constant of floats. */
  public float[] floats(String constant) {
    MemorySegment data = data(constant);
    float[] values = new float[Math.toIntExact(data.byteSize() / Float.BYTES)];
    MemorySegment.copy(data, FLOAT, 0, values, 0, values.length);
    return values;
  }

  @Override
  public Set<String> names() {
    return new TreeSet<>(constants.keySet());
  }

  @Override
  public TensorSpec spec(String constant) {
    return require(constant).spec;
  }

  @Override
  public MemorySegment data(String constant) {
    return require(constant).data;
  }

  private Constant require(String constant) {
    Constant found = constants.get(constant);
    if (found == null) {
      throw new BadModelException("the model has no constant " + constant, "", "");
    }
    return found;
  }

  /** Unmaps the file; idempotent. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  private void read(ProtoReader graph) {
    while (graph.next()) {
      switch (graph.field()) {
        case 1 -> {
          if (++nodes > MAX_NODES) {
            throw graph.damaged("more than " + MAX_NODES + " nodes");
          }
          node(graph.message());
        }
        case 2 -> name = graph.text(OnnxScanner.MAX_NAME);
        case 5 -> constant("", graph.message());
        case 11 -> inputs.add(OnnxScanner.valueInfo(graph.message()));
        case 12 -> outputs.add(OnnxScanner.valueInfo(graph.message()));
        default -> graph.skip();
      }
    }
  }

  private void node(ProtoReader node) {
    String type = "";
    String domain = "";
    List<String> taken = new ArrayList<>();
    List<String> given = new ArrayList<>();
    Map<String, List<Long>> integers = new HashMap<>();
    Map<String, Float> floats = new HashMap<>();
    ProtoReader value = null;
    while (node.next()) {
      switch (node.field()) {
        case 1 -> taken.add(node.text(OnnxScanner.MAX_NAME));
        case 2 -> given.add(node.text(OnnxScanner.MAX_NAME));
        case 4 -> type = node.text(OnnxScanner.MAX_NAME);
        case 5 -> {
          ProtoReader tensor = attribute(node.message(), integers, floats);
          value = tensor == null ? value : tensor;
        }
        case 7 -> domain = node.text(OnnxScanner.MAX_NAME);
        default -> node.skip();
      }
    }
    if (type.equals("Constant") && value != null && given.size() == 1) {
      constant(given.getFirst(), value);
      return;
    }
    Operation operation = new Operation(domain, type, taken, integers, floats);
    given.forEach(output -> makers.put(output, operation));
  }

  /** Notes an attribute, or returns the tensor that it is. */
  private static @Nullable ProtoReader attribute(
      ProtoReader attribute, Map<String, List<Long>> integers, Map<String, Float> floats) {
    String named = "";
    List<Long> whole = new ArrayList<>();
    Float number = null;
    ProtoReader tensor = null;
    while (attribute.next()) {
      switch (attribute.field()) {
        case 1 -> named = attribute.text(OnnxScanner.MAX_NAME);
        case 2 -> number = attribute.float32();
        case 3 -> whole.add(attribute.varint());
        case 5 -> tensor = attribute.message();
        case 8 -> attribute.varints(MAX_LIST, whole::add);
        default -> attribute.skip();
      }
    }
    if (!whole.isEmpty()) {
      integers.put(named, whole);
    }
    if (number != null) {
      floats.put(named, number);
    }
    return tensor;
  }

  /**
   * Keeps a TensorProto whose elements are in {@code raw_data}.
   *
   * @param named the value it is; empty for the tensor's own name
   */
  private void constant(String named, ProtoReader tensor) {
    String title = "";
    List<Long> dimensions = new ArrayList<>();
    int code = 0;
    MemorySegment raw = null;
    while (tensor.next()) {
      switch (tensor.field()) {
        case 1 -> tensor.varints(MAX_LIST, dimensions::add);
        case 2 -> code = (int) tensor.varint();
        case 8 -> title = tensor.text(OnnxScanner.MAX_NAME);
        case 9 -> raw = tensor.slice();
        default -> tensor.skip();
      }
    }
    String value = named.isEmpty() ? title : named;
    ElementType type = new ValueInfo(value, code, List.of()).type().orElse(null);
    if (raw == null || type == null || dimensions.stream().anyMatch(size -> size < 0)) {
      return;
    }
    Shape shape = Shape.of(dimensions.stream().mapToLong(Long::longValue).toArray());
    if (fits(type, shape, raw.byteSize())) {
      constants.put(value, new Constant(new TensorSpec(value, type, shape), raw));
    }
  }

  private static boolean fits(ElementType type, Shape shape, long bytes) {
    try {
      return type.byteSize(shape.elements()) == bytes;
    } catch (ArithmeticException tooLarge) {
      return false;
    }
  }
}
