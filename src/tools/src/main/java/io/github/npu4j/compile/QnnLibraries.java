package io.github.npu4j.compile;

import io.github.npu4j.qnn.QnnSystem;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.store.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The libraries that compile and look into the result, all from one folder. */
record QnnLibraries(Path onnxruntime, Path provider, Path htp, Path system) {

  /** Finds them, or throws the error that says how to get them. */
  static QnnLibraries require(NativeRuntime runtime) {
    return new QnnLibraries(
        runtime.onnxruntime().require(),
        runtime.qnnProvider().require(),
        runtime.qnnHtp().require(),
        runtime.qnnSystem().require());
  }

  QnnSystem loadSystem() {
    return QnnSystem.load(system);
  }

  /**
   * Tells one set of libraries from another. The compiler itself has 100 MB and is told by its
   * size; the two smaller libraries are of the same build and are hashed.
   */
  String identity() throws IOException {
    return Digest.sha256(provider) + " " + Digest.sha256(system) + " " + Files.size(htp);
  }
}
