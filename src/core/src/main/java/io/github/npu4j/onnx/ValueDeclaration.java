package io.github.npu4j.onnx;

import io.github.npu4j.internal.proto.ProtoReader;
import io.github.npu4j.onnx.OnnxProto.DimensionProto;
import io.github.npu4j.onnx.OnnxProto.TensorShapeProto;
import io.github.npu4j.onnx.OnnxProto.TensorType;
import io.github.npu4j.onnx.OnnxProto.TypeProto;
import io.github.npu4j.onnx.OnnxProto.ValueInfoProto;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is looked at of a ValueInfoProto, and how it is put into one in the place of what was there.
 *
 * @param name the value's name
 * @param typeCode ONNX's number of the element type; 0 for what is not a tensor
 * @param dimensions outermost first, or {@code null} without a rank
 */
record ValueDeclaration(String name, int typeCode, @Nullable List<Dimension> dimensions) {

  private static final int MAX_RANK = 32;

  /**
   * Reads a message.
   *
   * @param fields gets all of it as it is
   */
  static ValueDeclaration read(ProtoReader value, ModelSource source, RawFields fields) {
    String name = "";
    ValueDeclaration typed = null;
    while (value.next()) {
      switch (value.field()) {
        case ValueInfoProto.NAME -> name = value.peek().text(ModelSource.MAX_NAME);
        case ValueInfoProto.TYPE -> {
          ModelSource.requireFirst(typed, value, "type");
          typed = type(value.peek().message());
        }
        default -> {}
      }
      fields.take(value, source);
    }
    return typed == null
        ? new ValueDeclaration(name, 0, null)
        : new ValueDeclaration(name, typed.typeCode, typed.dimensions);
  }

  /** Reads a TypeProto, of which only tensors have a type and shape here. */
  private static ValueDeclaration type(ProtoReader type) {
    ValueDeclaration found = null;
    while (type.next()) {
      if (type.field() == TypeProto.TENSOR_TYPE) {
        ModelSource.requireFirst(found, type, "type");
        found = tensor(type.message());
      } else {
        type.skip();
      }
    }
    return found == null ? new ValueDeclaration("", 0, null) : found;
  }

  private static ValueDeclaration tensor(ProtoReader tensor) {
    int code = 0;
    List<Dimension> dimensions = null;
    while (tensor.next()) {
      switch (tensor.field()) {
        case TensorType.ELEM_TYPE -> code = (int) tensor.varint();
        case TensorType.SHAPE -> {
          ModelSource.requireFirst(dimensions, tensor, "shape");
          dimensions = shape(tensor.message());
        }
        default -> tensor.skip();
      }
    }
    return new ValueDeclaration("", code, dimensions);
  }

  private static List<Dimension> shape(ProtoReader shape) {
    List<Dimension> dimensions = new ArrayList<>();
    while (shape.next()) {
      if (shape.field() != TensorShapeProto.DIM) {
        shape.skip();
        continue;
      }
      if (dimensions.size() == MAX_RANK) {
        throw shape.damaged("more than " + MAX_RANK + " dimensions");
      }
      dimensions.add(dimension(shape.message()));
    }
    return dimensions;
  }

  /** A negative size, which some tools write, means the same as no size. */
  private static Dimension dimension(ProtoReader dimension) {
    Dimension found = new Dimension.Open();
    while (dimension.next()) {
      switch (dimension.field()) {
        case DimensionProto.DIM_VALUE -> {
          long size = dimension.varint();
          found = size < 0 ? new Dimension.Open() : new Dimension.Fixed(size);
        }
        case DimensionProto.DIM_PARAM -> {
          String symbol = dimension.text(ModelSource.MAX_NAME);
          found = symbol.isEmpty() ? new Dimension.Open() : new Dimension.Symbol(symbol);
        }
        default -> dimension.skip();
      }
    }
    return found;
  }

  /** Puts this into the fields of a ValueInfoProto; what else they say stays. */
  RawFields into(RawFields value) {
    RawFields type = inner(value, ValueInfoProto.TYPE);
    if (typeCode != 0 || dimensions != null || type.has(TypeProto.TENSOR_TYPE)) {
      RawFields tensor = inner(type, TypeProto.TENSOR_TYPE);
      tensor.set(TensorType.ELEM_TYPE, typeCode);
      if (dimensions == null) {
        tensor.remove(TensorType.SHAPE);
      } else {
        put(tensor, TensorType.SHAPE, shape(inner(tensor, TensorType.SHAPE), dimensions));
      }
      put(type, TypeProto.TENSOR_TYPE, tensor);
    }
    put(value, ValueInfoProto.TYPE, type);
    return value.set(ValueInfoProto.NAME, name);
  }

  private static RawFields shape(RawFields shape, List<Dimension> dimensions) {
    List<ByteSource> former = shape.all(TensorShapeProto.DIM);
    shape.remove(TensorShapeProto.DIM);
    for (int axis = 0; axis < dimensions.size(); axis++) {
      RawFields dimension = axis < former.size() ? RawFields.of(former.get(axis)) : new RawFields();
      add(shape, TensorShapeProto.DIM, dimension(dimension, dimensions.get(axis)));
    }
    return shape;
  }

  private static RawFields dimension(RawFields fields, Dimension dimension) {
    fields.remove(DimensionProto.DIM_VALUE).remove(DimensionProto.DIM_PARAM);
    return switch (dimension) {
      case Dimension.Fixed(long size) -> fields.set(DimensionProto.DIM_VALUE, size);
      case Dimension.Symbol(String symbol) -> fields.set(DimensionProto.DIM_PARAM, symbol);
      case Dimension.Open() -> fields;
    };
  }

  private static RawFields inner(RawFields outer, int field) {
    ByteSource message = outer.bytes(field);
    return message == null ? new RawFields() : RawFields.of(message);
  }

  private static void put(RawFields outer, int field, RawFields message) {
    add(outer.remove(field), field, message);
  }

  private static void add(RawFields outer, int field, RawFields message) {
    ProtoWriter encoded = new ProtoWriter();
    message.rest().all(encoded);
    outer.add(field, encoded.toBytes());
  }
}
