package io.github.npu4j.engine.direct;

import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.engine.Interruption;
import io.github.npu4j.engine.LoadReport;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.engine.PowerMode;
import io.github.npu4j.engine.execution.BoundShapes;
import io.github.npu4j.engine.execution.EngineBinding;
import io.github.npu4j.engine.execution.EngineModel;
import io.github.npu4j.engine.execution.LoadClock;
import io.github.npu4j.error.IncompatibleModelException;
import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.qnn.ContextOptions;
import io.github.npu4j.qnn.HtpPower;
import io.github.npu4j.qnn.QnnContext;
import io.github.npu4j.qnn.QnnGraph;
import io.github.npu4j.qnn.QnnProperty;
import io.github.npu4j.qnn.info.ContextBinary;
import io.github.npu4j.qnn.info.GraphInfo;
import io.github.npu4j.tensor.Shape;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A context binary loaded into HTP.
 *
 * <p>After a restart of the NPU's subsystem its context is made again from the mapped file, once
 * for each run that finds it lost.
 */
public final class DirectModel extends EngineModel {

  private static final Logger LOGGER = System.getLogger("io.github.npu4j.engine");

  private final SharedHtp htp;
  private final MappedBinary mapped;
  private final ContextBinary info;
  private final Map<String, GraphInfo> graphs;
  private final List<GraphSpec> specs;
  private final Placement placement;
  private final OpenOptions options;
  private final LoadClock clock;
  private final boolean signals;
  private volatile QnnContext context;

  /** Whether the context is closed because the device was lost; read and written in turns. */
  private boolean lost;

  /**
   * Makes the context.
   *
   * @param mapped the file; closed with the model, and left open if this throws
   * @param alias what to call the graph of a file that has only one, or {@code null}
   */
  DirectModel(
      SharedHtp htp,
      MappedBinary mapped,
      ContextBinary info,
      Placement placement,
      OpenOptions options,
      @Nullable String alias,
      LoadClock clock) {
    this.htp = htp;
    this.mapped = mapped;
    this.placement = placement;
    this.options = options;
    this.clock = clock;
    this.graphs = named(info, alias);
    this.specs =
        graphs.entrySet().stream()
            .map(entry ->
                new GraphSpec(
                    entry.getKey(), entry.getValue().inputSpecs(), entry.getValue().outputSpecs()))
            .toList();
    this.signals = !htp.target().emulator() && htp.qnn().supports(QnnProperty.GRAPH_EXECUTE_SIGNAL);
    this.info = info;
    this.context = clock.time("create", this::create);
  }

  private QnnContext create() {
    return QnnContext.create(htp.qnn(), mapped.content(), info, ContextOptions.defaults(), null);
  }

  private static Map<String, GraphInfo> named(ContextBinary info, @Nullable String alias) {
    Map<String, GraphInfo> named = new LinkedHashMap<>();
    for (GraphInfo graph : info.graphs()) {
      named.put(alias != null && info.graphs().size() == 1 ? alias : graph.name(), graph);
    }
    return named;
  }

  @Override
  public Placement placement() {
    return placement;
  }

  @Override
  public LoadReport loadReport() {
    return clock.report(mapped.content().byteSize());
  }

  @Override
  public Interruption interruption() {
    return signals ? Interruption.WHILE_RUNNING : Interruption.WHILE_WAITING;
  }

  @Override
  public List<String> graphs() {
    return specs.stream().map(GraphSpec::name).toList();
  }

  @Override
  public GraphSpec graph(String name) {
    return find(specs, name);
  }

  @Override
  protected EngineBinding newBinding(GraphSpec graph, Map<String, Shape> inputShapes) {
    BoundShapes shapes = BoundShapes.resolve(graph, inputShapes, BoundShapes.DimensionNames.NONE);
    GraphInfo info = graphs.get(graph.name());
    if (info == null || !graph.isStatic()) {
      throw new IncompatibleModelException(
          "graph " + graph.name() + " can't be bound",
          "its inputs have dynamic shapes",
          "Compile the model with static shapes.");
    }
    Arena arena = Arena.ofShared();
    DirectMemory memory = new DirectMemory(arena, htp.memory(), options.memory());
    try {
      return new DirectBinding(this, graph.name(), info, shapes, memory, this::bindingClosed);
    } catch (RuntimeException | Error failed) {
      memory.close();
      arena.close();
      throw failed;
    }
  }

  @Override
  protected void free() {
    try {
      context.close();
    } finally {
      mapped.close();
    }
  }

  SharedHtp htp() {
    return htp;
  }

  /** Returns whether a run can be ended by a signal. */
  boolean hasSignals() {
    return signals;
  }

  /** Returns the power vote for runs of this model, or {@code null} for none. */
  @Nullable HtpPower power() {
    return options.power() == PowerMode.BURST && !htp.target().emulator() ? htp.power() : null;
  }

  /** Returns the context as it is now; another one after {@link #dropContext}. */
  QnnContext context() {
    return context;
  }

  /** Returns a graph of a context, retrieved on its first use. */
  QnnGraph retrieve(QnnContext from, String nativeName) {
    return clock.time("retrieve", () -> from.graph(nativeName));
  }

  /**
   * Returns the context, made again if it was lost; called with the device's turn.
   *
   * @throws NativeCallException if it can't be made again; the next run tries once more
   */
  QnnContext contextInTurn() {
    if (lost) {
      context = clock.time("reload", this::create);
      lost = false;
    }
    return context;
  }

  /**
   * Gives a context up after the device was lost; called with the device's turn, so no run of this
   * model is under way. Does nothing if another one is in its place already.
   */
  void dropContext(QnnContext dead, NativeCallException cause) {
    if (context != dead || lost) {
      return;
    }
    LOGGER.log(Level.WARNING, "loading the model again: " + cause.getMessage());
    lost = true;
    try {
      dead.close();
    } catch (NativeCallException gone) {
      LOGGER.log(Level.DEBUG, "the lost context: " + gone.getMessage());
    }
  }
}
