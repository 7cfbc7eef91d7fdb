package io.github.npu4j.cli;

import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.error.DeviceUnavailableException;
import io.github.npu4j.runtime.Device;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of every benchmark: on what, how often, and with which texts. */
final class BenchSettings {

  @Spec(Spec.Target.MIXEE)
  @Nullable CommandSpec spec;

  @Option(
      names = "--device",
      split = ",",
      paramLabel = "DEVICE",
      description =
          "Measure these: gpu, npu, emulator; the CPU always takes part, because its answers are "
              + "what the others' are compared with. Default: cpu,gpu,npu.")
  List<Device> devices = List.of(Device.CPU, Device.GPU, Device.NPU);

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
          "Answer each sentence N times on each device. Default: 20 for t5, 100 for embed.")
  @Nullable Integer rounds;

  @Option(
      names = "--sentences",
      paramLabel = "FILE",
      description = "Answer the lines of this file; without it sentences that are built in.")
  @Nullable Path sentences;

  /**
   * Returns the devices, the CPU first.
   *
   * @throws ParameterException if the devices and the other options contradict each other
   */
  List<Device> devices() {
    Set<Device> chosen = new LinkedHashSet<>(List.of(Device.CPU));
    chosen.addAll(devices);
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
   * Returns how many rounds there are.
   *
   * @param usual how many if none were asked for
   */
  int rounds(int usual) {
    if (rounds != null && rounds < 1) {
      throw usage("--rounds is 1 or more");
    }
    return rounds == null ? usual : rounds;
  }

  /**
   * Returns how to open a model on a device.
   *
   * @throws DeviceUnavailableException if it is the GPU and no plugin was given
   */
  OpenOptions open(Device device) {
    OpenOptions options = OpenOptions.on(device);
    if (device != Device.GPU) {
      return options;
    }
    if (epLibrary == null) {
      throw new DeviceUnavailableException(
          "no execution provider plugin was given (--ep-library PATH)", "", "");
    }
    return options.withEp(epLibrary, epOptions);
  }

  /** Returns an error of the command line. */
  ParameterException usage(String message) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
  }
}
