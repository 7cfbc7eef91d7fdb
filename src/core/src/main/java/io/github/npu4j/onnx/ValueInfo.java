package io.github.npu4j.onnx;

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
 * An input or output as an ONNX file declares it.
 *
 * @param name the value's name in the graph
 * @param typeCode ONNX's number of the element type; 0 for what is not a tensor
 * @param dimensions outermost first, or {@code null} where the file does not even give a rank
 */
public record ValueInfo(String name, int typeCode, @Nullable List<Dimension> dimensions) {

  /** Takes a copy of the list. */
  public ValueInfo {
    dimensions = dimensions == null ? null : List.copyOf(dimensions);
  }

  /** Returns the element type; empty for texts, complex numbers and non-tensors. */
  public Optional<ElementType> type() {
    return Optional.ofNullable(
        switch (typeCode) {
          case 1 -> ElementType.FLOAT32;
          case 2 -> ElementType.UINT8;
          case 3 -> ElementType.INT8;
          case 4 -> ElementType.UINT16;
          case 5 -> ElementType.INT16;
          case 6 -> ElementType.INT32;
          case 7 -> ElementType.INT64;
          case 9 -> ElementType.BOOL;
          case 10 -> ElementType.FLOAT16;
          case 11 -> ElementType.FLOAT64;
          case 12 -> ElementType.UINT32;
          case 13 -> ElementType.UINT64;
          case 16 -> ElementType.BFLOAT16;
          case 17 -> ElementType.FLOAT8E4M3FN;
          case 18 -> ElementType.FLOAT8E4M3FNUZ;
          case 19 -> ElementType.FLOAT8E5M2;
          case 20 -> ElementType.FLOAT8E5M2FNUZ;
          case 21 -> ElementType.UINT4;
          case 22 -> ElementType.INT4;
          case 23 -> ElementType.FLOAT4E2M1;
          case 24 -> ElementType.FLOAT8E8M0;
          case 25 -> ElementType.UINT2;
          case 26 -> ElementType.INT2;
          default -> null;
        });
  }

  /** Declares a tensor as a spec describes it; a dynamic dimension stays open. */
  public static ValueInfo of(TensorSpec spec) {
    int code =
        switch (spec.type()) {
          case FLOAT32 -> 1;
          case UINT8 -> 2;
          case INT8 -> 3;
          case UINT16 -> 4;
          case INT16 -> 5;
          case INT32 -> 6;
          case INT64 -> 7;
          case BOOL -> 9;
          case FLOAT16 -> 10;
          case FLOAT64 -> 11;
          case UINT32 -> 12;
          case UINT64 -> 13;
          case BFLOAT16 -> 16;
          case FLOAT8E4M3FN -> 17;
          case FLOAT8E4M3FNUZ -> 18;
          case FLOAT8E5M2 -> 19;
          case FLOAT8E5M2FNUZ -> 20;
          case UINT4 -> 21;
          case INT4 -> 22;
          case FLOAT4E2M1 -> 23;
          case FLOAT8E8M0 -> 24;
          case UINT2 -> 25;
          case INT2 -> 26;
        };
    List<Dimension> dimensions = new ArrayList<>();
    for (long size : spec.shape().toArray()) {
      dimensions.add(size == Shape.DYNAMIC ? new Dimension.Open() : new Dimension.Fixed(size));
    }
    return new ValueInfo(spec.name(), code, dimensions);
  }

  /** Returns whether the rank and every dimension are given. */
  public boolean isStatic() {
    return dimensions != null && dimensions.stream().allMatch(Dimension.Fixed.class::isInstance);
  }

  /** Returns the value with another size on one of its axes. */
  public ValueInfo resized(int axis, long size) {
    List<Dimension> changed = new ArrayList<>(Objects.requireNonNull(dimensions));
    changed.set(axis, new Dimension.Fixed(size));
    return new ValueInfo(name, typeCode, changed);
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
