package io.github.npu4j.compile;

import io.github.npu4j.compile.QnnEpSession.Sharing;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.CompileFailedException;
import io.github.npu4j.error.DeviceUnavailableException;
import io.github.npu4j.error.IncompatibleModelException;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.error.RunAbortedException;
import io.github.npu4j.error.RuntimeMissingException;
import io.github.npu4j.internal.process.ChildResult;
import io.github.npu4j.internal.process.ChildWorker;
import io.github.npu4j.internal.process.ChildWorker.Limits;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The process that ONNX Runtime and Qualcomm's compiler work in, so that a model that ends them, or
 * keeps them busy without end, takes nothing of the caller along.
 *
 * <p>It is started when the first graph is to be compiled and serves all graphs of one call. For
 * one thread.
 */
final class CompileChild implements AutoCloseable {

  private final QnnLibraries libraries;
  private final CompileLimits limits;
  private @Nullable ChildWorker worker;

  CompileChild(QnnLibraries libraries, CompileLimits limits) {
    this.libraries = libraries;
    this.limits = limits;
  }

  /**
   * A graph to compile.
   *
   * @param source the user's model, for the names of its nodes
   * @param prepared the model to compile, static, with its weights inside
   * @param name tells it from others in one file, as {@link QnnEpSession#compile} takes it
   * @param label what to call it in messages
   * @param target where the EPContext model goes; the context binary is written beside it
   */
  record Graph(Path source, Path prepared, String name, String label, Path target) {}

  /**
   * Compiles a graph.
   *
   * @throws CompileFailedException if a node can't be compiled, or the process died or was stopped
   *     at its limit
   * @throws RunAbortedException if this thread was interrupted
   */
  void compile(Graph graph, Sharing sharing, Map<String, String> epOptions) {
    List<String> request =
        new ArrayList<>(
            List.of(
                CompileService.COMPILE,
                graph.source.toString(),
                graph.prepared.toString(),
                graph.name,
                graph.label,
                graph.target.toString(),
                sharing.name()));
    epOptions.forEach((key, value) -> request.addAll(List.of(key, value)));
    ask(request, graph.label);
  }

  /**
   * Looks into a context binary, compares it with what was requested and writes its manifest.
   *
   * @param label what to call the model in messages
   * @param wanted what was requested
   * @throws CompileFailedException if the compiler made something else
   */
  void check(Path binary, String label, CompileService.Wanted wanted) {
    List<String> request = new ArrayList<>(List.of(CompileService.CHECK, binary.toString()));
    request.addAll(wanted.words());
    ask(request, label);
  }

  private void ask(List<String> request, String label) {
    ChildWorker child = worker(label);
    switch (child.ask(request)) {
      case ChildResult.Answered _ -> {}
      case ChildResult.Refused refused -> throw refusal(refused);
      case ChildResult.Died _ when Thread.currentThread().isInterrupted() ->
          throw new RunAbortedException(
              "compiling " + label + " was given up", "the thread was interrupted", "");
      case ChildResult.Died died -> throw failed(label, died, child);
    }
  }

  private NpuException failed(String label, ChildResult.Died died, ChildWorker child) {
    String why = "the process that compiled it " + died.how();
    String advice =
        child
            .passed()
            .map(limit ->
                switch (limit) {
                  case TIME ->
                      "If the model is not damaged and the machine only slow, raise it"
                          + " by withTimeLimit.";
                  case MEMORY ->
                      "If the model is not damaged, compile fewer tokens or a smaller model, or"
                          + " raise the limit by withMemoryLimit on a machine that has more.";
                })
            .orElse(
                "The model is damaged, or has a form that Qualcomm's compiler fails on: get or"
                    + " export it again, and check it by running it on Device.CPU.");
    return new CompileFailedException("can't compile " + label, why, advice);
  }

  /** The child's error, as if it had been thrown here. */
  private static NpuException refusal(ChildResult.Refused refused) {
    String what = refused.what();
    String why = refused.why();
    String advice = refused.advice();
    if (refused.is(BadModelException.class)) {
      return new BadModelException(what, why, advice);
    }
    if (refused.is(IncompatibleModelException.class)) {
      return new IncompatibleModelException(what, why, advice);
    }
    if (refused.is(RuntimeMissingException.class)) {
      return new RuntimeMissingException(what, why, advice);
    }
    if (refused.is(DeviceUnavailableException.class)) {
      return new DeviceUnavailableException(what, why, advice);
    }
    if (refused.is(BadInputException.class)) {
      return new BadInputException(what, why, advice);
    }
    return new CompileFailedException(what, why, advice);
  }

  private ChildWorker worker(String label) {
    if (worker == null) {
      try {
        worker =
            ChildWorker.start(
                CompileService.class,
                List.of(
                    libraries.onnxruntime().toString(),
                    libraries.provider().toString(),
                    libraries.htp().toString(),
                    libraries.system().toString(),
                    Long.toString(limits.memoryBytes())),
                new Limits(limits.time(), limits.memoryBytes()));
      } catch (UncheckedIOException failed) {
        throw new RuntimeMissingException(
            "can't compile " + label + " in a process of its own",
            String.valueOf(failed.getMessage()),
            "If the temporary folder can't be written, name another by -Djava.io.tmpdir.",
            failed);
      }
    }
    return worker;
  }

  @Override
  public void close() {
    if (worker != null) {
      worker.close();
    }
  }
}
