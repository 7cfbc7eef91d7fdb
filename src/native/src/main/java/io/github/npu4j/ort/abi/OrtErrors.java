package io.github.npu4j.ort.abi;

import static io.github.npu4j.internal.ortabi.ort_h.ORT_INVALID_ARGUMENT;
import static io.github.npu4j.internal.ortabi.ort_h.ORT_MODEL_LOAD_CANCELED;
import static io.github.npu4j.internal.ortabi.ort_h.ORT_NOT_IMPLEMENTED;
import static io.github.npu4j.internal.ortabi.ort_h.ORT_NO_SUCHFILE;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.IncompatibleModelException;
import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.error.RunAbortedException;

/** What the library's error codes and messages mean here: the one place that decides it. */
public final class OrtErrors {

  /** ONNX Runtime's names of its codes, by number. */
  private static final String[] NAMES = {
    "ORT_OK",
    "ORT_FAIL",
    "ORT_INVALID_ARGUMENT",
    "ORT_NO_SUCHFILE",
    "ORT_NO_MODEL",
    "ORT_ENGINE_ERROR",
    "ORT_RUNTIME_EXCEPTION",
    "ORT_INVALID_PROTOBUF",
    "ORT_MODEL_LOADED",
    "ORT_NOT_IMPLEMENTED",
    "ORT_INVALID_GRAPH",
    "ORT_EP_FAIL",
    "ORT_MODEL_LOAD_CANCELED",
    "ORT_MODEL_REQUIRES_COMPILATION",
    "ORT_NOT_FOUND",
    "ORT_DEVICE_RESET"
  };

  private OrtErrors() {}

  /** Returns the exception for an error status. */
  static NpuException of(String function, int code, String message) {
    NativeCallException error =
        new NativeCallException(
            "ONNX Runtime", function, code, name(code), message, meaning(code), "");
    // The library has no code of its own for a run that the terminate flag ended.
    if (function.startsWith("Run") && message.contains("terminate flag")) {
      return new RunAbortedException("the run was cancelled", message, "", error);
    }
    return error;
  }

  /**
   * Returns the exception for a model that could not be opened.
   *
   * @param model the model's path, or what else it is
   */
  public static NpuException refused(String model, NativeCallException error) {
    String what = "can't open " + model;
    String message = error.libraryMessage();
    if (error.code() == ORT_NO_SUCHFILE()) {
      return new BadModelException(what, message, "Check the path.", error);
    }
    if (error.code() == ORT_MODEL_LOAD_CANCELED()) {
      return new RunAbortedException("opening " + model + " was cancelled", message, "", error);
    }
    if (message.contains("Unsupported model IR version")) {
      return new IncompatibleModelException(
          what,
          message,
          "The file was written by a newer ONNX Runtime; write it again with this one, or open the"
              + " context binary inside it directly.",
          error);
    }
    return new BadModelException(what, message, "", error);
  }

  static String name(int code) {
    return code >= 0 && code < NAMES.length ? NAMES[code] : "unknown";
  }

  private static String meaning(int code) {
    if (code == ORT_INVALID_ARGUMENT()) {
      return "an argument was refused";
    }
    return code == ORT_NOT_IMPLEMENTED() ? "this build or device can't do it" : "";
  }
}
