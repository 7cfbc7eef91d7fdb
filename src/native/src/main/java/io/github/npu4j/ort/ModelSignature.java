package io.github.npu4j.ort;

import static io.github.npu4j.internal.ortabi.ort_h.ONNX_TYPE_TENSOR;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_CastTypeInfoToTensorInfo;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_GetOnnxTypeFromTypeInfo;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_ReleaseTypeInfo;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SessionGetInputCount;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SessionGetInputName;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SessionGetInputTypeInfo;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SessionGetOutputCount;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SessionGetOutputName;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SessionGetOutputTypeInfo;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SessionGetOverridableInitializerCount;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SessionGetOverridableInitializerName;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SessionGetOverridableInitializerTypeInfo;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.ort.abi.NativeHandle;
import io.github.npu4j.ort.abi.OrtApi;
import io.github.npu4j.tensor.TensorSpec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The inputs, outputs and overridable initializers of an open model, in its order. */
record ModelSignature(
    Map<String, TensorInfo> inputs,
    Map<String, TensorInfo> outputs,
    Map<String, TensorInfo> overridableInitializers) {

  /**
   * Asks an open session.
   *
   * @throws BadModelException if an input or output is no tensor of fixed-size elements
   */
  static ModelSignature of(OrtApi api, long session) {
    return new ModelSignature(
        Part.INPUT.read(api, session),
        Part.OUTPUT.read(api, session),
        Part.INITIALIZER.read(api, session));
  }

  /** Checks that a tensor may be given as an input. */
  void requireInput(String name, OrtTensor tensor) {
    TensorInfo info = inputs.get(name);
    requireMatch(
        "input", name, info == null ? overridableInitializers.get(name) : info, inputs, tensor);
  }

  /** Checks that a tensor may receive an output. */
  void requireOutput(String name, OrtTensor tensor) {
    requireMatch("output", name, outputs.get(name), outputs, tensor);
  }

  /** Checks that there is such an output. */
  void requireOutput(String name) {
    if (!outputs.containsKey(name)) {
      throw unknown("output", name, outputs);
    }
  }

  private static void requireMatch(
      String kind,
      String name,
      @Nullable TensorInfo info,
      Map<String, TensorInfo> known,
      OrtTensor tensor) {
    if (info == null) {
      throw unknown(kind, name, known);
    }
    TensorSpec spec = info.spec();
    // A model may leave even the rank open, which then reads as 0: the library judges that one.
    boolean shapeFits = spec.shape().rank() == 0 || spec.shape().accepts(tensor.shape());
    if (spec.type() != tensor.type() || !shapeFits) {
      throw new BadInputException(
          "can't use a tensor of " + tensor + " as the " + kind + " " + name,
          "the model has " + spec.type() + " " + spec.shape(),
          "");
    }
  }

  private static BadInputException unknown(
      String kind, String name, Map<String, TensorInfo> known) {
    return new BadInputException(
        "there is no " + kind + " " + name, "the model has " + known.keySet(), "");
  }

  /** One of the three lists, and the functions that read it. */
  private enum Part {
    INPUT(
        "SessionGetInput",
        OrtApi_SessionGetInputCount(),
        OrtApi_SessionGetInputName(),
        OrtApi_SessionGetInputTypeInfo()),
    OUTPUT(
        "SessionGetOutput",
        OrtApi_SessionGetOutputCount(),
        OrtApi_SessionGetOutputName(),
        OrtApi_SessionGetOutputTypeInfo()),
    INITIALIZER(
        "SessionGetOverridableInitializer",
        OrtApi_SessionGetOverridableInitializerCount(),
        OrtApi_SessionGetOverridableInitializerName(),
        OrtApi_SessionGetOverridableInitializerTypeInfo());

    private final String function;
    private final int count;
    private final int name;
    private final int typeInfo;

    Part(String function, int count, int name, int typeInfo) {
      this.function = function;
      this.count = count;
      this.name = name;
      this.typeInfo = typeInfo;
    }

    Map<String, TensorInfo> read(OrtApi api, long session) {
      Map<String, TensorInfo> tensors = new LinkedHashMap<>();
      long length = api.get(function + "Count", count, session);
      for (long index = 0; index < length; index++) {
        String tensor =
            api.takeString(api.get(function + "Name", name, session, index, api.allocator()));
        NativeHandle type =
            api.create(
                "the type of " + tensor,
                OrtApi_ReleaseTypeInfo(),
                function + "TypeInfo",
                typeInfo,
                session,
                index);
        try {
          tensors.put(tensor, tensorInfo(api, tensor, type.enter()));
        } finally {
          type.leave();
          type.close();
        }
      }
      return Collections.unmodifiableMap(tensors);
    }

    private static TensorInfo tensorInfo(OrtApi api, String tensor, long type) {
      int kind = (int) api.get("GetOnnxTypeFromTypeInfo", OrtApi_GetOnnxTypeFromTypeInfo(), type);
      if (kind != ONNX_TYPE_TENSOR()) {
        throw new BadModelException(
            "can't use the model",
            tensor + " is no tensor, but kind " + kind + " of ONNX's types",
            "Change the model so that its inputs and outputs are tensors.");
      }
      long info = api.get("CastTypeInfoToTensorInfo", OrtApi_CastTypeInfoToTensorInfo(), type);
      return TensorInfo.read(api, tensor, info);
    }
  }
}
