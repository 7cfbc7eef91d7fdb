package io.github.npu4j.ort;

import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_GetDimensions;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_GetDimensionsCount;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_GetSymbolicDimensions;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_GetTensorElementType;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.ort.abi.OnnxTypes;
import io.github.npu4j.ort.abi.OrtApi;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * What the library says of a tensor ({@code OrtTensorTypeAndShapeInfo}).
 *
 * @param dimensionNames one for each dimension; empty where it has no name
 */
record TensorInfo(TensorSpec spec, List<String> dimensionNames) {

  /** No model that makes sense has more dimensions; the library's own count is not trusted. */
  private static final long MOST_DIMENSIONS = 64;

  /**
   * Reads what the library says.
   *
   * @param name the tensor's name
   * @param info an {@code OrtTensorTypeAndShapeInfo}, which stays the caller's
   * @throws BadModelException if the elements have no fixed size
   */
  static TensorInfo read(OrtApi api, String name, long info) {
    int code = (int) api.get("GetTensorElementType", OrtApi_GetTensorElementType(), info);
    ElementType type = OnnxTypes.of(code);
    if (type == null) {
      throw new BadModelException(
          "can't use the tensor " + name,
          "its element type is number " + code + " of ONNX, which has no fixed size here",
          "Change the model so that its inputs and outputs are numbers.");
    }
    long rank = api.get("GetDimensionsCount", OrtApi_GetDimensionsCount(), info);
    if (rank > MOST_DIMENSIONS) {
      throw new BadModelException(
          "can't use the tensor " + name, "it has " + rank + " dimensions", "");
    }
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment array = scratch.allocate(JAVA_LONG, Math.max(1, rank));
      api.check("GetDimensions", OrtApi_GetDimensions(), info, array.address(), rank);
      long[] dimensions = array.asSlice(0, rank * Long.BYTES).toArray(JAVA_LONG);
      for (int axis = 0; axis < rank; axis++) {
        dimensions[axis] = Math.max(dimensions[axis], Shape.DYNAMIC);
      }
      api.check(
          "GetSymbolicDimensions", OrtApi_GetSymbolicDimensions(), info, array.address(), rank);
      List<String> names = new ArrayList<>();
      for (int axis = 0; axis < rank; axis++) {
        names.add(OrtApi.string(array.getAtIndex(JAVA_LONG, axis)));
      }
      TensorSpec spec = new TensorSpec(name, type, Shape.of(dimensions));
      return new TensorInfo(spec, List.copyOf(names));
    }
  }
}
