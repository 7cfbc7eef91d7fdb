package io.github.npu4j.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The system properties and environment variables by which someone can choose what native code runs
 * in this process: npu4j's own, its libraries', and the system loader's.
 */
final class LibrarySettings {

  /** The system properties. */
  static final List<String> PROPERTIES =
      List.of(
          "npu4j.runtime",
          "npu4j.home",
          "onnxruntime.native.path",
          "onnxruntime.native.onnxruntime.path",
          "onnxruntime.native.onnxruntime4j_jni.path");

  /** The environment variables. */
  static final List<String> VARIABLES =
      List.of(
          "NPU4J_RUNTIME",
          "NPU4J_HOME",
          "QNN_SDK_ROOT",
          "QAIRT_SDK_ROOT",
          "ADSP_LIBRARY_PATH",
          "DJL_CACHE_DIR",
          "RUST_LIBRARY_PATH",
          "JAVA_TOOL_OPTIONS",
          "JDK_JAVA_OPTIONS",
          "LD_LIBRARY_PATH",
          "LD_PRELOAD",
          "LD_AUDIT",
          "DYLD_INSERT_LIBRARIES",
          "DYLD_LIBRARY_PATH");

  private LibrarySettings() {}

  /** Returns those of this process that are set, as {@code -Dname=value} and {@code NAME=value}. */
  static List<String> ofProcess() {
    return those(System::getProperty, System::getenv);
  }

  static List<String> those(
      Function<String, @Nullable String> property, Function<String, @Nullable String> variable) {
    List<String> set = new ArrayList<>();
    for (String name : PROPERTIES) {
      add("-D" + name, property.apply(name), set);
    }
    for (String name : VARIABLES) {
      add(name, variable.apply(name), set);
    }
    return List.copyOf(set);
  }

  private static void add(String name, @Nullable String value, List<String> to) {
    if (value != null && !value.isBlank()) {
      to.add(name + "=" + value);
    }
  }
}
