package io.github.npu4j.onnx;

import io.github.npu4j.internal.proto.ProtoReader;
import io.github.npu4j.onnx.OnnxProto.SparseTensorProto;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A tensor most of whose elements are 0, kept as it is: {@code SparseTensorProto}. */
final class SparseConstant extends ModelPart {

  private @Nullable OnnxConstant values;
  private @Nullable OnnxConstant indices;
  private final RawFields fields = new RawFields();

  private SparseConstant() {}

  static SparseConstant read(ProtoReader reader, ModelSource source) {
    source.count(reader);
    SparseConstant sparse = new SparseConstant();
    while (reader.next()) {
      switch (reader.field()) {
        case SparseTensorProto.VALUES -> {
          ModelSource.requireFirst(sparse.values, reader, "list of values");
          sparse.values = OnnxConstant.read(reader.message(), source);
        }
        case SparseTensorProto.INDICES -> {
          ModelSource.requireFirst(sparse.indices, reader, "list of indices");
          sparse.indices = OnnxConstant.read(reader.message(), source);
        }
        default -> sparse.fields.take(reader, source);
      }
    }
    return sparse;
  }

  /** Returns the tensor's name, which is that of its elements. */
  String name() {
    return values == null ? "" : values.name();
  }

  @Override
  void write(ProtoWriter target) {
    if (values != null) {
      target.part(SparseTensorProto.VALUES, values);
    }
    if (indices != null) {
      target.part(SparseTensorProto.INDICES, indices);
    }
    fields.rest().all(target);
  }

  void forEachConstant(Consumer<OnnxConstant> taker) {
    if (values != null) {
      taker.accept(values);
    }
    if (indices != null) {
      taker.accept(indices);
    }
  }
}
