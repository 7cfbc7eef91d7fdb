package io.github.npu4j.cli.options;

import io.github.npu4j.cli.console.Console;
import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.PassedOver;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.runtime.Device;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every command that runs a model: on what, and with what. */
public final class ModelOptions {

  /** A device by name, or the NPU if it is there. */
  static final class Where {

    @Option(
        names = "--device",
        paramLabel = "DEVICE",
        description =
            "auto (default), npu, gpu, cpu or emulator. auto takes the NPU, else the CPU, and says "
                + "why; the others are taken or refused (exit 3).")
    Device device = Device.AUTO;

    @Option(names = "--npu", description = "Like --device auto, and says why if it isn't the NPU.")
    boolean npu;
  }

  @ArgGroup(exclusive = true)
  Where where = new Where();

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      description =
          "direct (QNN alone), ort (ONNX Runtime) or java (ONNX Runtime's Java package); without "
              + "it the best for the device.")
  @Nullable EngineKind engine;

  @Option(
      names = "--ep-library",
      paramLabel = "FILE",
      description = "Use this execution provider plugin with ONNX Runtime.")
  @Nullable Path epLibrary;

  @Option(
      names = "--ep-option",
      paramLabel = "KEY=VALUE",
      description = "An option of the execution provider; may be given several times.")
  Map<String, String> epOptions = new LinkedHashMap<>();

  @Mixin ManifestOption manifest = new ManifestOption();

  /** Returns the choice as the engines take it. */
  public OpenOptions open() {
    OpenOptions options = OpenOptions.on(where.device);
    if (engine != null) {
      options = options.withEngine(engine);
    }
    if (epLibrary != null) {
      options = options.withEpLibrary(epLibrary);
    }
    return manifest.addTo(options.withEpOptions(epOptions));
  }

  /** Says on the notices where a model runs and what was passed over, when npu4j chose. */
  public void announce(Placement placement, Console console) {
    if (where.npu && placement.device() != Device.NPU) {
      Placement here =
          new Placement(placement.device(), placement.engine(), placement.detail(), List.of());
      console.notices().println("npu4j: NOT ON THE NPU but on " + here + ":");
      for (PassedOver other : placement.passedOver()) {
        console.notices().println("  " + other);
      }
    } else if (where.npu || where.device == Device.AUTO) {
      console.notices().println("npu4j: running on " + placement);
    }
  }
}
