package io.github.npu4j.cli;

import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.error.DeviceUnavailableException;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.seq2seq.Generation;
import io.github.npu4j.seq2seq.Seq2Seq;
import io.github.npu4j.seq2seq.Seq2SeqOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "bench",
    description = "Measure a model on the devices of this machine, side by side.",
    synopsisSubcommandLabel = "t5")
final class BenchCommand implements Callable<Integer> {

  private static final Duration WARM_UP = Duration.ofSeconds(2);

  private final Console console;

  @Spec @Nullable CommandSpec spec;

  BenchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    throw usage("name what to measure: t5");
  }

  /** The devices and the sentences. */
  static final class T5Settings {

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
        description = "Answer each sentence N times on each device. Default: ${DEFAULT-VALUE}.")
    int rounds = 20;

    @Option(
        names = "--max-length",
        paramLabel = "N",
        description = "The most tokens of an answer, the end token counted.")
    @Nullable Integer longest;

    @Option(
        names = "--sentences",
        paramLabel = "FILE",
        description =
            "Answer the lines of this file. Default: those of OUT/samples.txt, else built in.")
    @Nullable Path sentences;
  }

  @Command(
      name = "t5",
      description = {
        "Measure how fast a T5 answers on the CPU, the GPU and the NPU of this machine.",
        "Each device that can run the model answers the sentences in turn with the others. A "
            + "device that can't is \"not available\", with the reason; the exit code is 0 if the "
            + "CPU ran."
      },
      footer = {"", "Example: npu4j bench t5 out --device cpu,npu"})
  int t5(
      @Parameters(
              arity = "0..1",
              paramLabel = "OUT",
              description = "A model folder, as npu4j export makes it.")
          @Nullable Path folder,
      @Mixin T5Settings settings,
      @Mixin Report report) {
    if (folder == null) {
      throw usage("name a model folder; npu4j export CHECKPOINT OUT makes one from a checkpoint");
    }
    List<Device> devices = devices(settings);
    if (settings.rounds < 1 || (settings.longest != null && settings.longest < 1)) {
      throw usage("--rounds and --max-length are 1 or more");
    }
    T5Bench.Result result =
        new T5Bench(device -> open(folder, device, settings), System::nanoTime)
            .run(
                new T5Bench.Plan(
                    String.valueOf(folder.toAbsolutePath().normalize().getFileName()),
                    devices,
                    settings.sentences == null
                        ? SampleSentences.of(folder)
                        : SampleSentences.in(settings.sentences),
                    settings.rounds,
                    WARM_UP));
    report.print(console, result, out -> T5BenchTable.print(out, result));
    return ExitCode.DONE;
  }

  private List<Device> devices(T5Settings settings) {
    Set<Device> devices = new LinkedHashSet<>(List.of(Device.CPU));
    devices.addAll(settings.devices);
    if (devices.contains(Device.AUTO)) {
      throw usage("auto is no device to measure: name cpu, gpu, npu or emulator");
    }
    boolean plugin = settings.epLibrary != null || !settings.epOptions.isEmpty();
    if (plugin && !devices.contains(Device.GPU)) {
      throw usage("--ep-library and --ep-option are for the GPU: add gpu to --device");
    }
    return new ArrayList<>(devices);
  }

  private static T5Run.Subject open(Path folder, Device device, T5Settings settings) {
    OpenOptions options = OpenOptions.on(device);
    if (device == Device.GPU) {
      if (settings.epLibrary == null) {
        throw new DeviceUnavailableException(
            "no execution provider plugin was given (--ep-library PATH)", "", "");
      }
      options = options.withEp(settings.epLibrary, settings.epOptions);
    }
    Seq2Seq model = Seq2Seq.open(folder, Seq2SeqOptions.of(options));
    int longest = settings.longest == null ? model.defaults().maximumTokens() : settings.longest;
    return new OpenedT5(model, Math.min(longest, model.longestAnswer()));
  }

  private ParameterException usage(String message) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
  }

  /** A model of this process. */
  private record OpenedT5(Seq2Seq model, int longestAnswer) implements T5Run.Subject {

    @Override
    public Placement placement() {
      return model.placement();
    }

    @Override
    public Generation answer(String sentence, int most) {
      return model.generate(sentence, model.defaults().withMaximumTokens(most));
    }

    @Override
    public void close() {
      model.close();
    }
  }
}
