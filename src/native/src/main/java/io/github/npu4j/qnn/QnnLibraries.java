package io.github.npu4j.qnn;

import java.nio.file.Path;

/**
 * The two libraries of a QAIRT runtime that {@link Qnn} stands on. They belong together: take both
 * from one runtime.
 *
 * @param backend the path of {@code libQnnHtp.so} or {@code QnnHtp.dll}
 * @param system the path of {@code libQnnSystem.so} or {@code QnnSystem.dll}
 */
public record QnnLibraries(Path backend, Path system) {

  /** Returns a backend with the system library that lies beside it. */
  public static QnnLibraries ofBackend(Path backend) {
    String name = String.valueOf(backend.getFileName());
    return new QnnLibraries(
        backend,
        backend.resolveSibling(name.endsWith(".dll") ? "QnnSystem.dll" : "libQnnSystem.so"));
  }

  /** Returns the same backend with a system library from elsewhere. */
  public QnnLibraries withSystem(Path library) {
    return new QnnLibraries(backend, library);
  }
}
