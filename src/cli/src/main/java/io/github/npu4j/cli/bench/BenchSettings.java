package io.github.npu4j.cli.bench;

import io.github.npu4j.cli.options.ManifestOption;
import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.error.DeviceUnavailableException;
import io.github.npu4j.measure.BenchmarkPlan;
import io.github.npu4j.runtime.Device;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of every benchmark: on what, by what, and how often. */
final class BenchSettings {

  @Spec(Spec.Target.MIXEE)
  @Nullable CommandSpec spec;

  @Option(
      names = "--device",
      split = ",",
      paramLabel = "DEVICE",
      description =
          "Measure these: cpu, gpu, npu, emulator. Default: cpu,gpu,npu. For embed and t5 the CPU "
              + "always takes part, because its answers are what the others' are compared with.")
  List<Device> devices = List.of(Device.CPU, Device.GPU, Device.NPU);

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      description =
          "direct (QNN alone), ort (ONNX Runtime) or java (ONNX Runtime's Java package), on each "
              + "device that has it; elsewhere, and without it, the best for the device.")
  @Nullable EngineKind engine;

  @Option(
      names = "--ep-library",
      paramLabel = "PATH",
      description = "The execution provider plugin that offers the GPU to ONNX Runtime.")
  @Nullable Path epLibrary;

  @Option(
      names = "--ep-option",
      paramLabel = "KEY=VALUE",
      description = "An option of the execution provider; may be given several times.")
  Map<String, String> epOptions = new LinkedHashMap<>();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description =
          "Measure everything N times on each device. Default: 20 for load and t5, 100 for embed, "
              + "1000 for run, but no new round after a minute a device.")
  @Nullable Integer rounds;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      description =
          "How long each device works before anything is measured. Default: ${DEFAULT-VALUE}.")
  double warmUp = 2;

  @Mixin ManifestOption manifest = new ManifestOption();

  /** Compares a model with the manifest, if one is given, once and before anything is measured. */
  void verify(Path folder) {
    manifest.verify(folder);
  }

  /**
   * Returns the devices.
   *
   * @throws ParameterException if the devices and the other options contradict each other
   */
  List<Device> devices() {
    Set<Device> chosen = new LinkedHashSet<>(devices);
    if (chosen.contains(Device.AUTO)) {
      throw usage("auto is no device to measure: name cpu, gpu, npu or emulator");
    }
    boolean plugin = epLibrary != null || !epOptions.isEmpty();
    if (plugin && !chosen.contains(Device.GPU)) {
      throw usage("--ep-library and --ep-option are for the GPU: add gpu to --device");
    }
    return List.copyOf(chosen);
  }

  /**
   * Returns the devices, the CPU first.
   *
   * @throws ParameterException if the devices and the other options contradict each other
   */
  List<Device> devicesAfterCpu() {
    Set<Device> chosen = new LinkedHashSet<>(List.of(Device.CPU));
    chosen.addAll(devices());
    return List.copyOf(chosen);
  }

  /**
   * Returns the plan of a benchmark.
   *
   * @param chosen the devices
   * @param inputs what each device is given in a round
   * @param usualRounds how many rounds there are at most where that was not said
   * @throws ParameterException if a number is out of range
   */
  BenchmarkPlan plan(List<Device> chosen, List<String> inputs, int usualRounds) {
    if (rounds != null && rounds < 1) {
      throw usage("--rounds is 1 or more");
    }
    if (!(warmUp >= 0 && warmUp <= 3600)) {
      throw usage("--warm-up is from 0 to 3600 seconds");
    }
    BenchmarkPlan plan =
        BenchmarkPlan.of(chosen, inputs, usualRounds)
            .withWarmUp(Duration.ofNanos((long) (warmUp * 1e9)));
    return rounds == null ? plan : plan.withRounds(rounds);
  }

  /**
   * Returns how to open a model on a device.
   *
   * @throws DeviceUnavailableException if it is the GPU and no plugin was given
   */
  OpenOptions open(Device device) {
    OpenOptions options = OpenOptions.on(device);
    if (engine != null && has(device, engine)) {
      options = options.withEngine(engine);
    }
    if (device != Device.GPU) {
      return options;
    }
    if (epLibrary == null) {
      throw new DeviceUnavailableException(
          "no execution provider plugin was given (--ep-library PATH)", "", "");
    }
    return options.withEpLibrary(epLibrary).withEpOptions(epOptions);
  }

  private static boolean has(Device device, EngineKind engine) {
    return switch (engine) {
      case DIRECT -> device == Device.NPU || device == Device.EMULATOR;
      case ORT -> true;
      case JAVA -> device == Device.CPU;
    };
  }

  /** Returns an error of the command line. */
  ParameterException usage(String message) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
  }
}
