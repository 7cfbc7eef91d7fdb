package io.github.npu4j.engine.javaort;

import ai.onnxruntime.OrtException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.error.NpuException;
import java.nio.file.Path;

/** Turns the checked exception of ONNX Runtime's Java package into npu4j's tree. */
final class JavaOrtErrors {

  private JavaOrtErrors() {}

  /** Returns the error of a model file that ONNX Runtime refused. */
  static NpuException refused(Path onnx, OrtException refused) {
    return new BadModelException(
        "ONNX Runtime can't load " + onnx,
        String.valueOf(refused.getMessage()),
        "Check that the file is whole and made for this version of ONNX Runtime.",
        refused);
  }

  /** Returns the error of a failed call. */
  static NpuException translate(String function, OrtException failed) {
    NativeCallException error =
        new NativeCallException(
            "ONNX Runtime",
            function,
            failed.getCode().ordinal(),
            failed.getCode().name(),
            String.valueOf(failed.getMessage()),
            "",
            "");
    error.initCause(failed);
    return error;
  }

  /** Closes what a failed constructor took, without hiding why it failed. */
  static void closeQuietly(AutoCloseable taken, Throwable failed) {
    try {
      taken.close();
    } catch (Exception secondary) {
      failed.addSuppressed(secondary);
    }
  }
}
