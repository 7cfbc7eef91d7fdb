package io.github.npu4j.compile;

import io.github.npu4j.artifact.Manifest;
import io.github.npu4j.compile.QnnEpSession.Sharing;
import io.github.npu4j.error.CompileFailedException;
import io.github.npu4j.internal.process.ChildWorker;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.ort.LogCapture;
import io.github.npu4j.qnn.QnnSystem;
import io.github.npu4j.qnn.info.ContextBinary;
import io.github.npu4j.qnn.info.GraphInfo;
import io.github.npu4j.runtime.Soc;
import io.github.npu4j.store.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The program of {@link CompileChild}: all that calls native code over a user's model. */
final class CompileService {

  static final String COMPILE = "compile";
  static final String CHECK = "check";

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

  private final QnnLibraries libraries;
  private @Nullable QnnEpSession session;

  private CompileService(QnnLibraries libraries) {
    this.libraries = libraries;
  }

  /**
   * What a context binary has to be.
   *
   * @param soc the number of the SoC
   * @param source the SHA-256 of the model
   * @param epContext the SHA-256 of the EPContext model, if there is only one
   * @param graphs the names of its graphs, sorted
   */
  record Wanted(int soc, String source, Optional<String> epContext, List<String> graphs) {

    List<String> words() {
      List<String> words =
          new ArrayList<>(List.of(Integer.toString(soc), source, epContext.orElse("")));
      words.addAll(graphs);
      return words;
    }

    static Wanted of(List<String> words) {
      return new Wanted(
          Integer.parseInt(words.get(0)),
          words.get(1),
          Optional.of(words.get(2)).filter(text -> !text.isEmpty()),
          List.copyOf(words.subList(3, words.size())));
    }
  }

  /**
   * The child.
   *
   * @param arguments the four libraries, and the bytes of memory that it may hold
   */
  public static void main(String[] arguments) {
    watch(Long.parseLong(arguments[4]));
    CompileService service =
        new CompileService(
            new QnnLibraries(
                Path.of(arguments[0]),
                Path.of(arguments[1]),
                Path.of(arguments[2]),
                Path.of(arguments[3])));
    ChildWorker.serve(service::answer);
  }

  private List<String> answer(List<String> request) {
    try {
      if (request.getFirst().equals(COMPILE)) {
        compile(request);
      } else {
        check(Path.of(request.get(1)), Wanted.of(request.subList(2, request.size())));
      }
      return List.of();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void compile(List<String> request) throws IOException {
    Path source = Path.of(request.get(1));
    Path prepared = Path.of(request.get(2));
    String label = request.get(4);
    Path target = Path.of(request.get(5));
    Map<String, String> epOptions = new HashMap<>();
    for (int i = 7; i + 1 < request.size(); i += 2) {
      epOptions.put(request.get(i), request.get(i + 1));
    }
    if (session == null) {
      session = new QnnEpSession(libraries);
    }
    try (LogCapture log = LogCapture.begin();
        Arena arena = Arena.ofShared()) {
      try {
        session.compile(
            map(prepared, arena),
            request.get(3),
            target,
            Sharing.valueOf(request.get(6)),
            epOptions);
      } catch (CompileFailedException failed) {
        throw UnsupportedNodes.explain(label, target, OnnxModel.read(source), log.lines(), failed);
      }
    }
    UnsupportedNodes.requireNone(OnnxModel.read(target), label);
  }

  private static MemorySegment map(Path file, Arena arena) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    }
  }

  private void check(Path binary, Wanted wanted) throws IOException {
    QnnSystem system = libraries.loadSystem();
    try (Arena arena = Arena.ofShared()) {
      MemorySegment bytes = map(binary, arena);
      ContextBinary content = system.read(bytes);
      requireAsAsked(content, wanted);
      Manifests.of(content, Digest.of(bytes), system, Optional.of(wanted.source), wanted.epContext)
          .write(Manifest.besideOf(binary));
    }
  }

  private static void requireAsAsked(ContextBinary content, Wanted wanted) {
    List<String> found = content.graphs().stream().map(GraphInfo::name).sorted().toList();
    if (!found.equals(wanted.graphs)) {
      throw unexpected("it has the graphs " + found + " instead of " + wanted.graphs);
    }
    int soc = content.socModel().orElse(0);
    if (soc != wanted.soc) {
      throw unexpected(
          "it is for SoC model "
              + soc
              + " instead of "
              + Soc.of(wanted.soc).map(Soc::toString).orElse(Integer.toString(wanted.soc)));
    }
    boolean shares = content.sharedWeightsBytes() > 0;
    if (shares != wanted.graphs.size() > 1) {
      throw unexpected(
          shares ? "its graphs share weights unasked" : "its graphs don't share their weights");
    }
  }

  private static CompileFailedException unexpected(String why) {
    return new CompileFailedException(
        "the compiler made another file than was requested",
        why,
        "Check the --ep-option values, and the runtime by npu4j doctor.");
  }

  /** Keeps to the limit of memory where the parent can't see what this process holds. */
  private static void watch(long limit) {
    if (Files.exists(Path.of("/proc/self/status"))
        || !System.getProperty("os.name", "").startsWith("Windows")
        || !(ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system)) {
      return;
    }
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          while (system.getCommittedVirtualMemorySize() <= limit) {
            try {
              Thread.sleep(BETWEEN_LOOKS);
            } catch (InterruptedException nobodyDoes) {
              return;
            }
          }
          ChildWorker.endTooLarge();
        });
  }
}
