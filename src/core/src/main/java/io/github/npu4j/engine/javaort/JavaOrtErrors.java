package io.github.npu4j.engine.javaort;

import ai.onnxruntime.OrtException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.error.NpuException;
import java.nio.file.Path;

/** Turns the checked exception of ONNX Runtime's Java package into npu4j's tree. */
final class JavaOrtErrors {

  private static final String MESSAGE = " - message: ";

  private JavaOrtErrors() {}

  /** Returns the error of a model file that ONNX Runtime refused. */
  static NpuException refused(Path onnx, OrtException refused) {
    return new BadModelException(
        "ONNX Runtime can't load " + onnx,
        words(refused),
        "Check that the file is whole and made for this version of ONNX Runtime.",
        refused);
  }

  /** Returns the error of a failed call. */
  static NpuException translate(String function, OrtException failed) {
    return new NativeCallException(
        "ONNX Runtime",
        function,
        failed.getCode().ordinal() - 1, // the Java package numbers from its own error, -1
        failed.getCode().name(),
        words(failed),
        failed.getCode() == OrtException.OrtErrorCode.ORT_INVALID_ARGUMENT
            ? "an argument was refused"
            : "",
        "",
        failed);
  }

  /** Returns the library's own words without the code, which the Java package puts before them. */
  private static String words(OrtException failed) {
    String message = String.valueOf(failed.getMessage());
    int place = message.indexOf(MESSAGE);
    return place < 0 ? message : message.substring(place + MESSAGE.length());
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
