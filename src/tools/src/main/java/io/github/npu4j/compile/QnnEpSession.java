package io.github.npu4j.compile;

import io.github.npu4j.error.CompileFailedException;
import io.github.npu4j.error.DeviceUnavailableException;
import io.github.npu4j.ort.EpContextCompiler;
import io.github.npu4j.ort.EpDevice;
import io.github.npu4j.ort.LogLevel;
import io.github.npu4j.ort.OptimizationLevel;
import io.github.npu4j.ort.Ort;
import io.github.npu4j.ort.SessionOptions;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Compiles static models by ONNX Runtime's compile API and the QNN execution provider. */
final class QnnEpSession {

  /** The name that the plugin is registered under, which becomes its execution provider's name. */
  private static final String NAME = "QNN";

  private static final String ON = "1";

  /** The place of a graph among those that share weights. */
  enum Sharing {
    /** It shares with none. */
    ALONE,
    /** More graphs follow. */
    MORE_FOLLOW,
    /** It is the last; with it the context binary is written. */
    LAST
  }

  private final Ort ort;
  private final List<EpDevice> devices;

  /** Loads both libraries, which stay for the process. */
  QnnEpSession(QnnLibraries libraries) {
    this.ort = Ort.load(libraries.onnxruntime());
    ort.registerLibrary(NAME, libraries.provider());
    this.devices = ort.devices().stream().filter(device -> device.epName().equals(NAME)).toList();
    if (devices.isEmpty()) {
      throw new DeviceUnavailableException(
          "can't compile for HTP",
          libraries.provider() + " offers no device on this machine",
          "Run npu4j doctor.");
    }
  }

  /** Returns the version of ONNX Runtime. */
  String version() {
    return ort.version();
  }

  /**
   * Compiles one model.
   *
   * @param model the model, in native memory
   * @param name tells this graph from others in one file: with the model it makes the graph's name,
   *     which is the same on every machine
   * @param target where the EPContext model goes; the context binary is written beside it
   * @param sharing whether the graph goes into a file with others
   * @param epOptions options of the execution provider
   * @throws CompileFailedException if a node can't be compiled; the EPContext model may have been
   *     written all the same
   */
  void compile(
      MemorySegment model,
      String name,
      Path target,
      Sharing sharing,
      Map<String, String> epOptions) {
    try (SessionOptions options = SessionOptions.create(ort)) {
      options
          .logLevel(LogLevel.ERROR)
          .optimizationLevel(OptimizationLevel.ALL)
          .config("session.disable_cpu_ep_fallback", ON)
          // The provider hashes the model's path into the graph's name. A model in memory has no
          // path but this one, which need not exist.
          .config("session.model_external_initializers_file_folder_path", "npu4j-" + name);
      if (sharing != Sharing.ALONE) {
        options.config("ep.share_ep_contexts", ON);
      }
      if (sharing == Sharing.LAST) {
        options.config("ep.stop_share_ep_contexts", ON);
      }
      options.providers().devices(devices.subList(0, 1), epOptions);
      try (EpContextCompiler compiler = EpContextCompiler.create(ort, options)) {
        compiler
            .optimizationLevel(OptimizationLevel.ALL)
            .contextInFile()
            .input(model)
            .output(target)
            .compile();
      }
    }
  }
}
