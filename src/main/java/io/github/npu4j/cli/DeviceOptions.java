package io.github.npu4j.cli;

import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.runtime.Device;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that opens a model: where it runs and with what. */
final class DeviceOptions {

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "auto",
      description = "Where to run: ${COMPLETION-CANDIDATES}. Default: auto.")
  Device device = Device.AUTO;

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      description = "What to run it with: ${COMPLETION-CANDIDATES}. Default: the device's best.")
  @Nullable EngineKind engine;

  @Option(
      names = "--ep-library",
      paramLabel = "PATH",
      description = "An execution provider plugin for ONNX Runtime in place of QNN's.")
  @Nullable Path epLibrary;

  @Option(
      names = "--ep-option",
      paramLabel = "KEY=VALUE",
      description = "An option of the execution provider; may be given several times.")
  Map<String, String> epOptions = new LinkedHashMap<>();

  /** Returns how a model is to be opened. */
  OpenOptions toOpenOptions() {
    OpenOptions options = OpenOptions.on(device);
    if (engine != null) {
      options = options.withEngine(engine);
    }
    if (epLibrary != null || !epOptions.isEmpty()) {
      options = options.withEp(epLibrary, epOptions);
    }
    return options;
  }
}
