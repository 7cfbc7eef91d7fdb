package io.github.npu4j.engine.javaort;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.engine.LoadReport;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.execution.OpenAttempt;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.error.RuntimeMissingException;
import io.github.npu4j.internal.access.NativeAccess;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs an ONNX model on the CPU by ONNX Runtime's own Java package, with inputs and outputs in
 * direct buffers that are bound once. It is the reference the other engines are compared with.
 *
 * <p>The Java package knows no unsigned type wider than a byte; models that have one at their edge
 * need {@code OrtEngine}.
 */
public final class JavaOrtEngine {

  private JavaOrtEngine() {}

  /**
   * Opens a model.
   *
   * @param onnx an ONNX file
   * @param options threads and session settings; devices and execution providers are not looked at
   * @throws ModelMissingException if the file does not exist
   * @throws BadModelException if ONNX Runtime can't read the model, or its Java package has no type
   *     for one of its tensors
   */
  public static Model open(Path onnx, OpenOptions options) {
    return open(onnx, OpenAttempt.of(options));
  }

  public static Model open(Path onnx, OpenAttempt opening) {
    OpenAttempt.requireFile(onnx);
    long start = System.nanoTime();
    opening.runtime().onnxruntime(); // points the Java package at the copy we use ourselves
    OrtEnvironment environment = environment();
    OrtSession session = newSession(environment, onnx, opening.options());
    try {
      Map<String, List<String>> names = new HashMap<>();
      GraphSpec graph =
          new GraphSpec(
              graphName(session),
              specs(session.getInputInfo(), names),
              specs(session.getOutputInfo(), names));
      LoadReport.Phase phase = new LoadReport.Phase("session", System.nanoTime() - start);
      return new JavaOrtModel(
          session,
          graph,
          tensor -> names.getOrDefault(tensor, List.of()),
          opening.placement(
              Device.CPU,
              EngineKind.JAVA,
              "ONNX Runtime " + environment.getVersion() + " through its Java package"),
          new LoadReport(onnx.toFile().length(), List.of(phase)));
    } catch (OrtException | RuntimeException failed) {
      JavaOrtErrors.closeQuietly(session, failed);
      throw failed instanceof OrtException ort
          ? JavaOrtErrors.translate("SessionGetModelMetadata", ort)
          : (RuntimeException) failed;
    }
  }

  /** ONNX Runtime's Java package makes a temporary folder before it does anything else. */
  private static OrtEnvironment environment() {
    try {
      return OrtEnvironment.getEnvironment();
    } catch (LinkageError failed) {
      Throwable cause = failed;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      if (cause instanceof IllegalCallerException denied) {
        throw NativeAccess.denied("ONNX Runtime's Java package", OrtEnvironment.class, denied);
      }
      throw new RuntimeMissingException(
          "ONNX Runtime's Java package can't be started",
          String.valueOf(cause),
          "If its temporary folder can't be written, name another by -Djava.io.tmpdir.",
          failed);
    }
  }

  private static OrtSession newSession(OrtEnvironment environment, Path onnx, OpenOptions options) {
    try (OrtSession.SessionOptions settings = new OrtSession.SessionOptions()) {
      // What is wrong comes back as an exception.
      settings.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      if (options.threads() > 0) {
        settings.setIntraOpNumThreads(options.threads());
      }
      for (Map.Entry<String, String> entry : options.sessionConfig().entrySet()) {
        settings.addConfigEntry(entry.getKey(), entry.getValue());
      }
      return isReadable(onnx.toString())
          ? environment.createSession(onnx.toString(), settings)
          : fromMemory(environment, onnx, settings);
    } catch (OrtException refused) {
      throw JavaOrtErrors.refused(onnx, refused);
    }
  }

  /**
   * JNI hands the Java package's paths to C in Java's own form of UTF-8, which writes a character
   * beyond the basic plane as two; files are not found by that, save on Windows.
   */
  private static boolean isReadable(String path) {
    return path.codePoints().noneMatch(Character::isSupplementaryCodePoint)
        || System.getProperty("os.name", "").startsWith("Windows");
  }

  /** Opens a model with its weights inside, since those of other files would be looked for too. */
  private static OrtSession fromMemory(
      OrtEnvironment environment, Path onnx, OrtSession.SessionOptions settings)
      throws OrtException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment model = OnnxModel.read(onnx).toMemory(arena);
      return environment.createSession(model.asByteBuffer(), settings);
    }
  }

  private static String graphName(OrtSession session) throws OrtException {
    String name = session.getMetadata().getGraphName();
    return name.isEmpty() ? GraphSpec.UNNAMED : name;
  }

  private static List<TensorSpec> specs(
      Map<String, NodeInfo> nodes, Map<String, List<String>> names) {
    List<TensorSpec> specs = new ArrayList<>();
    for (NodeInfo node : nodes.values()) {
      if (!(node.getInfo() instanceof TensorInfo tensor)) {
        throw new BadModelException(
            "can't run a model with " + node.getName(),
            "it is not a tensor but " + node.getInfo(),
            "Export the model with tensors only.");
      }
      names.put(node.getName(), List.of(tensor.getDimensionNames()));
      specs.add(
          new TensorSpec(
              node.getName(),
              JavaOrtTypes.elementType(node.getName(), tensor),
              Shape.of(tensor.getShape())));
    }
    return specs;
  }
}
