package io.github.npu4j.onnx;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.internal.proto.ProtoReader;
import io.github.npu4j.onnx.OnnxProto.AttributeProto;
import io.github.npu4j.onnx.OnnxProto.AttributeType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An attribute of a node ({@code AttributeProto}): integers, floats, texts, tensors or graphs, one
 * or a list of them. Asked for another kind than it has, it answers with an empty list.
 *
 * <p>Immutable, but for the graphs in it, which can be edited in place.
 */
public final class OnnxAttribute extends ModelPart {

  /** A value that is decoded when the model is read. */
  private record Part(int field, ModelPart value) {}

  private final @Nullable String name;
  private final List<Part> parts;
  private final RawFields fields;

  private OnnxAttribute(@Nullable String name, List<Part> parts, RawFields fields) {
    this.name = name;
    this.parts = parts;
    this.fields = fields;
  }

  private static OnnxAttribute of(String name, int type, RawFields fields, Part... parts) {
    return new OnnxAttribute(name, List.of(parts), fields.set(AttributeProto.TYPE, type));
  }

  /** Makes an attribute that is one integer. */
  public static OnnxAttribute of(String name, long value) {
    return of(name, AttributeType.INT, new RawFields().set(AttributeProto.I, value));
  }

  /** Makes an attribute that is one float. */
  public static OnnxAttribute of(String name, float value) {
    RawFields fields =
        new RawFields().encode(AttributeProto.F, writer -> writer.float32(AttributeProto.F, value));
    return of(name, AttributeType.FLOAT, fields);
  }

  /** Makes an attribute that is one text. */
  public static OnnxAttribute of(String name, String value) {
    return of(name, ByteSource.of(value.getBytes(StandardCharsets.UTF_8)));
  }

  /** Makes an attribute that is bytes, which ONNX calls a string. */
  public static OnnxAttribute of(String name, ByteSource value) {
    return of(name, AttributeType.STRING, new RawFields().add(AttributeProto.S, value));
  }

  /** Makes an attribute that is a tensor. */
  public static OnnxAttribute of(String name, OnnxConstant value) {
    Part part = new Part(AttributeProto.T, value);
    return of(name, AttributeType.TENSOR, new RawFields(), part);
  }

  /** Makes an attribute that is a graph, which is not copied. */
  public static OnnxAttribute of(String name, OnnxGraph value) {
    Part part = new Part(AttributeProto.G, value);
    return of(name, AttributeType.GRAPH, new RawFields(), part);
  }

  /** Makes an attribute that is a list of integers. */
  public static OnnxAttribute ofAll(String name, long... values) {
    RawFields fields = new RawFields();
    if (values.length > 0) {
      fields.encode(
          AttributeProto.INTS,
          writer -> {
            for (long value : values) {
              writer.varint(AttributeProto.INTS, value);
            }
          });
    }
    return of(name, AttributeType.INTS, fields);
  }

  /** Makes an attribute that is a list of floats. */
  public static OnnxAttribute ofAll(String name, float... values) {
    RawFields fields = new RawFields();
    if (values.length > 0) {
      fields.encode(
          AttributeProto.FLOATS,
          writer -> {
            for (float value : values) {
              writer.float32(AttributeProto.FLOATS, value);
            }
          });
    }
    return of(name, AttributeType.FLOATS, fields);
  }

  /** Makes an attribute that is a list of texts. */
  public static OnnxAttribute ofAll(String name, List<String> values) {
    RawFields fields = new RawFields();
    for (String value : values) {
      fields.add(AttributeProto.STRINGS, ByteSource.of(value.getBytes(StandardCharsets.UTF_8)));
    }
    return of(name, AttributeType.STRINGS, fields);
  }

  static OnnxAttribute read(ProtoReader reader, ModelSource source) {
    source.count(reader);
    String name = null;
    List<Part> parts = List.of();
    RawFields fields = new RawFields();
    while (reader.next()) {
      int field = reader.field();
      ModelPart value =
          switch (field) {
            case AttributeProto.T, AttributeProto.TENSORS ->
                OnnxConstant.read(reader.message(), source);
            case AttributeProto.G, AttributeProto.GRAPHS ->
                OnnxGraph.read(reader.message(), source);
            case AttributeProto.SPARSE_TENSOR, AttributeProto.SPARSE_TENSORS ->
                SparseConstant.read(reader.message(), source);
            case AttributeProto.NAME -> {
              name = source.name(reader);
              yield null;
            }
            default -> {
              fields.take(reader, source);
              yield null;
            }
          };
      if (value != null) {
        parts = parts.isEmpty() ? new ArrayList<>(1) : parts;
        requireOne(field, parts, reader);
        parts.add(new Part(field, value));
      }
    }
    return new OnnxAttribute(name, parts, fields);
  }

  private static void requireOne(int field, List<Part> parts, ProtoReader reader) {
    boolean single =
        field == AttributeProto.T
            || field == AttributeProto.G
            || field == AttributeProto.SPARSE_TENSOR;
    if (single && parts.stream().anyMatch(part -> part.field == field)) {
      throw reader.damaged("a second value of an attribute");
    }
  }

  @Override
  void write(ProtoWriter target) {
    if (name != null) {
      target.text(AttributeProto.NAME, name);
    }
    RawFields.Rest rest = fields.rest();
    for (int field :
        new int[] {
          AttributeProto.T,
          AttributeProto.G,
          AttributeProto.TENSORS,
          AttributeProto.GRAPHS,
          AttributeProto.SPARSE_TENSOR,
          AttributeProto.SPARSE_TENSORS
        }) {
      rest.before(field, target);
      for (Part part : parts) {
        if (part.field == field) {
          target.part(field, part.value);
        }
      }
    }
    rest.all(target);
  }

  /** Returns the name. */
  public String name() {
    return name == null ? "" : name;
  }

  /** Returns the integers: one, or all of a list. */
  public long[] integers() {
    long[] list = fields.integers(AttributeProto.INTS);
    return list.length == 0 ? fields.integers(AttributeProto.I) : list;
  }

  /** Returns the floats: one, or all of a list. */
  public float[] floats() {
    float[] list = fields.floats(AttributeProto.FLOATS);
    return list.length == 0 ? fields.floats(AttributeProto.F) : list;
  }

  /** Returns the texts, which may be any bytes: one, or all of a list. */
  public List<ByteSource> bytes() {
    List<ByteSource> list = fields.all(AttributeProto.STRINGS);
    return list.isEmpty() ? fields.all(AttributeProto.S) : list;
  }

  /**
   * Returns the texts, decoded from UTF-8.
   *
   * @throws BadModelException if one has more than 16 MiB
   */
  public List<String> texts() {
    return bytes().stream().map(RawFields::text).toList();
  }

  /** Returns the tensors: one, or all of a list; sparse ones are not among them. */
  public List<OnnxConstant> tensors() {
    return parts(OnnxConstant.class);
  }

  /** Returns the graphs: one, or all of a list. They can be edited. */
  public List<OnnxGraph> graphs() {
    return parts(OnnxGraph.class);
  }

  List<SparseConstant> sparse() {
    return parts(SparseConstant.class);
  }

  private <T> List<T> parts(Class<T> kind) {
    return parts.isEmpty()
        ? List.of()
        : parts.stream()
            .filter(part -> kind.isInstance(part.value))
            .map(part -> kind.cast(part.value))
            .toList();
  }
}
