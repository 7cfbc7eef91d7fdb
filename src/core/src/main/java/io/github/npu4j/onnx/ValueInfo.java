package io.github.npu4j.onnx;

import io.github.npu4j.internal.proto.ProtoReader;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A value as an ONNX file declares it ({@code ValueInfoProto}): an input, an output, or what is
 * known of a value between.
 *
 * <p>What else the file says of it, such as a documentation or the elements of a sequence, is kept
 * in copies with another name or shape, and does not count for equality. Immutable.
 */
public final class ValueInfo extends ModelPart {

  private final String name;
  private final int typeCode;
  private final @Nullable List<Dimension> dimensions;
  private final @Nullable RawFields fields;

  /**
   * Declares a tensor.
   *
   * @param name the value's name in the graph
   * @param typeCode ONNX's number of the element type
   * @param dimensions outermost first, or {@code null} for no rank
   */
  public ValueInfo(String name, int typeCode, @Nullable List<Dimension> dimensions) {
    this(name, typeCode, dimensions, null);
  }

  private ValueInfo(
      String name, int typeCode, @Nullable List<Dimension> dimensions, @Nullable RawFields fields) {
    this.name = name;
    this.typeCode = typeCode;
    this.dimensions = dimensions == null ? null : List.copyOf(dimensions);
    this.fields = fields;
  }

  /** Declares a tensor as a spec describes it; a dynamic dimension stays open. */
  public static ValueInfo of(TensorSpec spec) {
    List<Dimension> dimensions = new ArrayList<>();
    for (long size : spec.shape().toArray()) {
      dimensions.add(size == Shape.DYNAMIC ? new Dimension.Open() : new Dimension.Fixed(size));
    }
    return new ValueInfo(spec.name(), DataTypes.code(spec.type()), dimensions);
  }

  static ValueInfo read(ProtoReader reader, ModelSource source) {
    source.count(reader);
    RawFields fields = new RawFields();
    ValueDeclaration found = ValueDeclaration.read(reader, source, fields);
    return new ValueInfo(found.name(), found.typeCode(), found.dimensions(), fields);
  }

  @Override
  void write(ProtoWriter target) {
    RawFields written =
        fields != null
            ? fields
            : new ValueDeclaration(name, typeCode, dimensions).into(new RawFields());
    written.rest().all(target);
  }

  private ValueInfo with(ValueDeclaration changed) {
    return new ValueInfo(
        changed.name(),
        changed.typeCode(),
        changed.dimensions(),
        fields == null ? null : changed.into(fields.copy()));
  }

  /** Returns the value's name in the graph. */
  public String name() {
    return name;
  }

  /** Returns ONNX's number of the element type; 0 for what is not a tensor. */
  public int typeCode() {
    return typeCode;
  }

  /**
   * Returns the dimensions, outermost first; {@code null} where the file does not even give a rank.
   */
  public @Nullable List<Dimension> dimensions() {
    return dimensions;
  }

  /** Returns the element type; empty for texts, complex numbers and non-tensors. */
  public Optional<ElementType> type() {
    return DataTypes.type(typeCode);
  }

  /** Returns whether the rank and every dimension are given. */
  public boolean isStatic() {
    return dimensions != null && dimensions.stream().allMatch(Dimension.Fixed.class::isInstance);
  }

  /** Returns the value under another name. */
  public ValueInfo named(String other) {
    return with(new ValueDeclaration(other, typeCode, dimensions));
  }

  /** Returns the value with other dimensions. */
  public ValueInfo shaped(List<Dimension> others) {
    return others.equals(dimensions) ? this : with(new ValueDeclaration(name, typeCode, others));
  }

  /** Returns the value with other elements. */
  public ValueInfo typed(ElementType type) {
    return with(new ValueDeclaration(name, DataTypes.code(type), dimensions));
  }

  /** Returns the value with another size on one of its axes. */
  public ValueInfo resized(int axis, long size) {
    List<Dimension> changed = new ArrayList<>(Objects.requireNonNull(dimensions));
    changed.set(axis, new Dimension.Fixed(size));
    return shaped(changed);
  }

  /** Returns the value as a tensor spec; empty if it has no {@link #type()} or no rank. */
  public Optional<TensorSpec> spec() {
    if (dimensions == null) {
      return Optional.empty();
    }
    long[] sizes =
        dimensions.stream()
            .mapToLong(d -> d instanceof Dimension.Fixed fixed ? fixed.size() : Shape.DYNAMIC)
            .toArray();
    return type().map(known -> new TensorSpec(name, known, Shape.of(sizes)));
  }

  /** Returns whether the other declares a value of the same name, type and dimensions. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ValueInfo value
        && name.equals(value.name)
        && typeCode == value.typeCode
        && Objects.equals(dimensions, value.dimensions);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, typeCode, dimensions);
  }

  /** Returns the value as {@code input_ids: INT64 [batch_size, 128]}. */
  @Override
  public String toString() {
    String shape =
        dimensions == null
            ? "of unknown rank"
            : dimensions.stream()
                .map(Dimension::toString)
                .collect(Collectors.joining(", ", "[", "]"));
    return name + ": " + type().map(Enum::name).orElse("ONNX type " + typeCode) + " " + shape;
  }
}
