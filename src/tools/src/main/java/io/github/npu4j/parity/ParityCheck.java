package io.github.npu4j.parity;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.feed.Feed;
import io.github.npu4j.engine.open.Models;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.use.QuantizedNodes;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Opens a model in one engine after the other and compares each with ONNX Runtime's Java package on
 * the CPU. One model is open beside the reference at a time, so that memory holds two of them.
 *
 * <p>For one thread. {@link #close()} closes the reference.
 */
final class ParityCheck implements AutoCloseable {

  /** ONNX Runtime then refuses a model that its execution provider does not take as a whole. */
  private static final String NO_FALLBACK = "session.disable_cpu_ep_fallback";

  private final ParityProgress progress;
  private final ParityInputs feeds;
  private final Function<Boolean, Tolerances> limits;
  private final Path onnx;
  private final Participant reference;
  private final Map<Device, List<Library>> libraries = new EnumMap<>(Device.class);
  private final List<ParityReport> reports = new ArrayList<>();
  private final List<String> notCompared = new ArrayList<>();

  /**
   * Opens the reference.
   *
   * @param tolerances the limits for all, or {@code null} for those of each device's precision
   */
  public ParityCheck(ModelFolder folder, @Nullable Tolerances tolerances, ParityProgress progress) {
    this(folder, ParityBasis.OWN, tolerances, progress);
  }

  /**
   * Opens the reference.
   *
   * @param basis what to compare with and on
   * @param tolerances the limits for all, or {@code null} for those of each device's precision, and
   *     for quantized models those of quantized ones
   * @throws io.github.npu4j.error.BadInputException if the model has not all inputs that are given
   */
  public ParityCheck(
      ModelFolder folder,
      ParityBasis basis,
      @Nullable Tolerances tolerances,
      ParityProgress progress) {
    this(
        basis.reference().orElseGet(folder::requireOnnx),
        new ParityFeeds(folder, basis.inputs()),
        limits(OnnxModel.read(folder.requireOnnx()), basis, tolerances),
        progress);
  }

  /** Returns the limits of a device's answers, by whether it has the CPU's precision. */
  private static Function<Boolean, Tolerances> limits(
      OnnxModel model, ParityBasis basis, @Nullable Tolerances tolerances) {
    if (tolerances != null) {
      return _ -> tolerances;
    }
    if (QuantizedNodes.in(model).isEmpty()) {
      return ParityCheck::ofPrecision;
    }
    return basis.reference().isPresent()
        ? _ -> Tolerances.QUANTIZED_FROM_FLOAT
        : exact -> exact ? Tolerances.SAME_PRECISION : Tolerances.QUANTIZED;
  }

  private static Tolerances ofPrecision(boolean exact) {
    return exact ? Tolerances.SAME_PRECISION : Tolerances.HALF_PRECISION;
  }

  /**
   * Opens the reference.
   *
   * @param onnx the model whose answers on the CPU count as right
   * @param feeds what to compare on
   * @param tolerances the limits for all, or {@code null} for those of each device's precision
   */
  public ParityCheck(
      Path onnx, ParityInputs feeds, @Nullable Tolerances tolerances, ParityProgress progress) {
    this(onnx, feeds, tolerances == null ? ParityCheck::ofPrecision : _ -> tolerances, progress);
  }

  private ParityCheck(
      Path onnx,
      ParityInputs feeds,
      Function<Boolean, Tolerances> limits,
      ParityProgress progress) {
    this.progress = progress;
    this.feeds = feeds;
    this.limits = limits;
    this.onnx = onnx;
    Model model = openReference(onnx);
    this.reference = participant(model, model.graphs().getFirst(), List.of());
  }

  /** ONNX Runtime's Java package does not know all types of tensors; its C API does. */
  private static Model openReference(Path onnx) {
    OpenOptions cpu = OpenOptions.on(Device.CPU);
    try {
      return Models.open(onnx, cpu.withEngine(EngineKind.JAVA));
    } catch (BadModelException | NativeCallException unknown) {
      try {
        return Models.open(onnx, cpu.withEngine(EngineKind.ORT));
      } catch (NpuException refused) {
        unknown.addSuppressed(refused);
        throw unknown;
      }
    }
  }

  /**
   * Compares one execution path with the reference. One that this machine does not have is noted.
   *
   * @throws BadModelException if a file is bad, which is no matter of engines
   */
  public void compare(ExecutionPath path) {
    @Nullable Path plugin = path.options().epLibrary().orElse(null);
    try {
      if (plugin == null) {
        compare(path, path.options(), List.of());
      } else {
        compareWithPlugin(path, plugin);
      }
    } catch (BadModelException bad) {
      throw bad;
    } catch (NpuException unavailable) {
      notCompared.add(path.name() + " " + label(path.options()) + ": " + unavailable.getMessage());
    }
  }

  /** A plugin that takes all of the model answered alone; else the CPU's library answered too. */
  private void compareWithPlugin(ExecutionPath path, Path plugin) {
    Library own = Library.of(plugin);
    try {
      compare(path, path.options().withSessionConfig(NO_FALLBACK, "1"), List.of(own));
    } catch (NpuException partly) {
      List<Library> both = new ArrayList<>(reference.libraries());
      both.add(own);
      compare(path, path.options(), both);
    }
  }

  private void compare(ExecutionPath path, OpenOptions options, List<Library> answering) {
    try (Model model = Models.open(path.file(), options);
        Arena arena = Arena.ofShared()) {
      for (String name : model.graphs()) {
        GraphSpec graph = model.graph(name);
        String label = model.graphs().size() == 1 ? path.name() : path.name() + " " + name;
        progress.comparing(label, model.placement().engine());
        List<Feed> given = feeds(label, graph, path.shapes(), arena);
        Participant participant = participant(model, name, answering);
        reports.add(Parity.compare(reference, List.of(participant), given, feeds.derived()));
      }
    }
  }

  /** Draws the inputs of both sides: a compiler leaves out what has no part in the outputs. */
  private List<Feed> feeds(String label, GraphSpec graph, Map<String, Shape> shapes, Arena arena) {
    List<String> own = graph.inputs().stream().map(TensorSpec::name).toList();
    List<TensorSpec> left =
        reference.model().graph(reference.graph()).inputs().stream()
            .filter(input -> !own.contains(input.name()))
            .toList();
    if (left.isEmpty()) {
      return feeds.of(label, graph, shapes, arena);
    }
    Map<String, Shape> all = InputShapes.all(OnnxModel.read(onnx), graph.inputs());
    List<TensorSpec> inputs = new ArrayList<>(graph.inputs());
    left.forEach(
        input -> inputs.add(input.withShape(all.getOrDefault(input.name(), input.shape()))));
    return feeds.of(label, new GraphSpec(graph.name(), inputs, graph.outputs()), shapes, arena);
  }

  /** Returns why paths were not compared; empty if all were. */
  public List<String> notCompared() {
    return List.copyOf(notCompared);
  }

  /** Returns all comparisons in one report. */
  public ParityReport report() {
    Map<String, ParityReport.Who> participants = new LinkedHashMap<>();
    List<ParityReport.Comparison> comparisons = new ArrayList<>();
    for (ParityReport report : reports) {
      report.participants().forEach(who -> participants.putIfAbsent(who.label(), who));
      comparisons.addAll(report.comparisons());
    }
    return new ParityReport(
        Parity.compare(reference, List.of(), List.of(), List.of()).reference(),
        List.copyOf(participants.values()),
        comparisons);
  }

  @Override
  public void close() {
    reference.model().close();
  }

  /** Describes an open model; without known libraries, those that are loaded for its device. */
  private Participant participant(Model model, String graph, List<Library> answering) {
    Device device = model.placement().device();
    String label =
        device.name().toLowerCase(Locale.ROOT) + " (" + model.placement().engine().label() + ")";
    boolean exact = device == Device.CPU && answering.isEmpty(); // a plugin may use float16
    return new Participant(
        label,
        model,
        graph,
        answering.isEmpty()
            ? libraries.computeIfAbsent(device, _ -> Library.computingFor(model.placement()))
            : answering,
        limits.apply(exact));
  }

  private static String label(OpenOptions options) {
    return options.device().name().toLowerCase(Locale.ROOT)
        + options.engine().map(engine -> " (" + engine.label() + ")").orElse("");
  }
}
