package io.github.npu4j.engine.ort;

import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.engine.direct.DirectEngine;
import io.github.npu4j.engine.execution.LoadClock;
import io.github.npu4j.engine.execution.OpenAttempt;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.DeviceUnavailableException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.ort.LogCapture;
import io.github.npu4j.ort.LogLevel;
import io.github.npu4j.ort.NodeAssignment;
import io.github.npu4j.ort.Ort;
import io.github.npu4j.ort.OrtModel;
import io.github.npu4j.ort.SessionOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Runs any ONNX or EPContext model by ONNX Runtime through the foreign-function interface, with
 * memory bound once: on the CPU, on HTP by the QNN execution provider, or on what another execution
 * provider plugin offers.
 *
 * <p>With the QNN provider no node may fall to the CPU; the session is refused instead. With
 * another plugin some may, and the placement's detail says how many.
 */
public final class OrtEngine {

  /** The end of the name of an EPContext model in a model folder. */
  private static final String EP_CONTEXT = ".ctx.onnx";

  private static final String NO_FALLBACK = "session.disable_cpu_ep_fallback";
  private static final String RECORD_ASSIGNMENT = "session.record_ep_graph_assignment_info";

  private OrtEngine() {}

  /**
   * Opens a model.
   *
   * @param onnx an ONNX or EPContext file
   * @param options the device, execution provider, threads and session settings
   * @throws ModelMissingException if there is no such file
   * @throws BadModelException if ONNX Runtime can't read the model
   * @throws DeviceUnavailableException if nothing offers the device
   * @throws io.github.npu4j.error.RuntimeMissingException if a library is missing
   */
  public static Model open(Path onnx, OpenOptions options) {
    return open(onnx, OpenAttempt.of(options));
  }

  public static Model open(Path onnx, OpenAttempt opening) {
    OpenAttempt.requireFile(onnx);
    LoadClock clock = new LoadClock();
    Ort ort = clock.time("start", () -> Ort.load(opening.runtime().onnxruntime().require()));
    OpenOptions options = opening.options();
    EpChoice choice = clock.time("provider", () -> EpChoice.of(ort, options, opening.runtime()));
    if (choice.wholeModel()) {
      contextBinary(onnx).ifPresent(binary -> DirectEngine.requireLoadable(binary, opening, clock));
    }
    OrtModel session = clock.time("session", () -> newSession(ort, onnx, options, choice));
    try {
      String own = session.metadata().graphName();
      String alias = opening.alias();
      GraphSpec graph =
          new GraphSpec(
              alias != null ? alias : own.isEmpty() ? GraphSpec.UNNAMED : own,
              session.inputs(),
              session.outputs());
      Placement placement =
          opening.placement(
              choice.device(),
              EngineKind.ORT,
              "ONNX Runtime " + ort.version() + ", " + choice.describe() + fallen(session, choice));
      return new OrtEngineModel(ort, session, graph, placement, onnx.toFile().length(), clock);
    } catch (RuntimeException failed) {
      session.close();
      throw failed;
    }
  }

  /**
   * Returns the context binary that an EPContext model points to, as model folders name them: the
   * QNN provider hands it to HTP unseen, and some files end the process there.
   */
  private static Optional<Path> contextBinary(Path onnx) {
    String name = String.valueOf(onnx.getFileName());
    if (!name.endsWith(EP_CONTEXT)) {
      return Optional.empty();
    }
    String stem = name.substring(0, name.length() - EP_CONTEXT.length());
    return Stream.of(stem, stem.replaceFirst("-[0-9]+$", "")) // shared-128 is a graph of shared
        .map(candidate -> onnx.resolveSibling(candidate + ".bin"))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  private static OrtModel newSession(Ort ort, Path onnx, OpenOptions options, EpChoice choice) {
    try (LogCapture log = LogCapture.begin();
        SessionOptions settings = SessionOptions.create(ort)) {
      if (options.threads() > 0) {
        settings.intraOpThreads(options.threads());
      }
      if (choice.provider() == null) {
        settings.logLevel(LogLevel.FATAL); // what is wrong comes back as an error of ours
      } else {
        settings.config(choice.wholeModel() ? NO_FALLBACK : RECORD_ASSIGNMENT, "1");
        settings.providers().devices(List.of(choice.provider()), choice.options());
      }
      options.sessionConfig().forEach(settings::config);
      OrtModel session;
      try {
        session = OrtModel.open(ort, onnx, settings);
      } catch (BadModelException refused) {
        throw withLog(refused, log.lines());
      }
      log.passOn();
      return session;
    }
  }

  /** Returns the error with the first that was logged beside it: that often names the node. */
  private static BadModelException withLog(BadModelException refused, List<String> lines) {
    return lines.stream()
        .map(String::strip)
        .filter(line -> !refused.why().contains(line))
        .findFirst()
        .map(line ->
            new BadModelException(
                refused.what(),
                refused.why() + " [" + line.substring(0, Math.min(line.length(), 300)) + "]",
                refused.advice(),
                refused))
        .orElse(refused);
  }

  /** Says how much of the model a plugin left to the CPU. */
  private static String fallen(OrtModel session, EpChoice choice) {
    if (choice.provider() == null || choice.wholeModel()) {
      return "";
    }
    return fallen(session.assignments(), choice.provider().epName());
  }

  /**
   * Says how many of the recorded nodes are not on a provider. ONNX Runtime 1.29 leaves the nodes
   * out of its record that some plugins (WebGPU) took, so a record without any node of the provider
   * tells nothing.
   */
  static String fallen(List<NodeAssignment> nodes, String provider) {
    long here = nodes.stream().filter(node -> node.epName().equals(provider)).count();
    if (here == nodes.size() && here > 0) {
      return "";
    }
    return here == 0
        ? "; how many nodes run on it can't be told, as ONNX Runtime's record lists none of its own"
        : "; " + (nodes.size() - here) + " of " + nodes.size() + " nodes on the CPU instead";
  }
}
