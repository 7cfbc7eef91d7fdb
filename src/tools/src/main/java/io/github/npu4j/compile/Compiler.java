package io.github.npu4j.compile;

import io.github.npu4j.artifact.Manifest;
import io.github.npu4j.compile.CompileProgress.Phase;
import io.github.npu4j.compile.QnnEpSession.Sharing;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.CompileFailedException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.error.RuntimeMissingException;
import io.github.npu4j.family.GraphRole;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.OnnxNode;
import io.github.npu4j.onnx.StaticShapes;
import io.github.npu4j.onnx.epcontext.EpContextModel;
import io.github.npu4j.onnx.epcontext.EpContextNode;
import io.github.npu4j.onnx.use.QuantizedNodes;
import io.github.npu4j.ort.LogCapture;
import io.github.npu4j.qnn.QnnSystem;
import io.github.npu4j.qnn.info.ContextBinary;
import io.github.npu4j.qnn.info.GraphInfo;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.store.Cache;
import io.github.npu4j.store.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * From an ONNX model to context binaries for HTP, one for each bucket.
 *
 * <p>For a bucket the shapes are made static, ONNX Runtime and the QNN execution provider compile
 * the model, QNN's system library looks into the result, and a manifest is written beside it. All
 * of the model goes to HTP or none: a node that HTP can't take is an error that names it.
 *
 * <p>Results are kept in npu4j's cache under a hash of all they depend on: the model with its
 * weights, the shapes, the SoC, the options and the libraries. What is there is not compiled again.
 * An entry appears whole or not at all, also when two processes compile the same.
 *
 * <p>May be used by many threads. Compilations that share weights take turns, for the execution
 * provider keeps what is shared in the process.
 */
public final class Compiler {

  private static final ReentrantLock SHARING = new ReentrantLock();

  /** The name of a context binary whose model has no sequence dimension. */
  private static final String UNSIZED = "model";

  private final NativeRuntime runtime;

  /** Makes a compiler with the libraries and the cache of a runtime; nothing is loaded yet. */
  public Compiler(NativeRuntime runtime) {
    this.runtime = runtime;
  }

  /**
   * Compiles a model, or finds what an earlier call compiled.
   *
   * @return a context for each bucket, in the requested order, and then the one that all share if
   *     weights are shared
   * @throws CompileFailedException if HTP can't take a node, or the compiler fails
   * @throws BadModelException if the file is no ONNX model, is damaged, or is compiled already
   * @throws ModelMissingException if there is no such file
   * @throws BadInputException if a dimension stays open or a given one does not exist
   * @throws RuntimeMissingException if a library is missing
   * @throws UncheckedIOException if the cache can't be written
   */
  public List<CompiledContext> compile(CompileRequest request, CompileProgress progress) {
    OnnxModel model = OnnxModel.read(request.model());
    requireSource(model);
    List<Bucket> buckets = buckets(request, model);
    progress.begin(String.valueOf(request.model().getFileName()), Phase.READING);
    FiniteWeights.require(model);
    try {
      Job job = new Job(request, model, progress);
      List<CompiledContext> contexts = new ArrayList<>();
      for (Bucket bucket : buckets) {
        contexts.add(job.publish(bucket.name, List.of(bucket)));
      }
      if (request.weights() == Weights.SHARED) {
        contexts.add(job.publish(CompiledContext.SHARED, buckets));
      }
      return List.copyOf(contexts);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static void requireSource(OnnxModel model) {
    if (!EpContextNode.in(model).isEmpty()) {
      throw new BadModelException(
          model.fileName() + " can't be compiled",
          "it is compiled already: it has EPContext nodes",
          "Use npu4j adopt, or compile the ONNX model it was made from.");
    }
    List<OnnxNode> dynamic = QuantizedNodes.dynamic(model);
    if (!dynamic.isEmpty()) {
      throw new CompileFailedException(
          "can't compile " + model.fileName(),
          "it is dynamically quantized: "
              + UnsupportedNodes.named(dynamic)
              + " finds its scales while it runs, and HTP wants them fixed",
          "Compile the float model that it was made from, which HTP runs in half precision; or"
              + " quantize that one for HTP, with fixed scales (QuantizeLinear and"
              + " DequantizeLinear, 16-bit activations and 8-bit weights). As it is it runs on the"
              + " CPU.");
    }
  }

  /** A bucket: its name, and the shapes of its inputs. */
  private record Bucket(String name, StaticShapes shapes) {}

  private static List<Bucket> buckets(CompileRequest request, OnnxModel model) {
    if (request.tokens().isEmpty()) {
      StaticShapes shapes = StaticShapes.of(model, OptionalLong.empty(), request.dimensions());
      OptionalLong tokens = shapes.tokens();
      String name = tokens.isPresent() ? Long.toString(tokens.getAsLong()) : UNSIZED;
      return List.of(new Bucket(name, shapes));
    }
    GraphRole role = request.role();
    return request.tokens().stream()
        .map(tokens ->
            new Bucket(
                role.bucket(tokens), role.shaping().shapes(model, tokens, request.dimensions())))
        .toList();
  }

  /** What the buckets of one request have in common. */
  private final class Job {
    private final CompileRequest request;
    private final CompileProgress progress;
    private final QnnLibraries libraries;
    private final QnnEpSession session;
    private final String source;
    private final CacheKey key;

    Job(CompileRequest request, OnnxModel model, CompileProgress progress) throws IOException {
      this.request = request;
      this.progress = progress;
      this.libraries = QnnLibraries.require(runtime);
      this.session = new QnnEpSession(libraries);
      this.source = Digest.sha256(request.model());
      this.key = new CacheKey(request, model, source, libraries.identity() + session.version());
    }

    /** Finds a context binary of these graphs in the cache, or makes it. */
    CompiledContext publish(String name, List<Bucket> graphs) throws IOException {
      String entry = key.of(name, graphs.stream().map(Bucket::shapes).toList());
      CompiledContext context = publish(entry, name, graphs);
      if (context.cached() && Files.size(context.binary()) != context.manifest().digest().size()) {
        runtime.cache().remove(Cache.Section.COMPILED, entry);
        context = publish(entry, name, graphs);
      }
      if (context.cached()) {
        progress.begin(name, Phase.CACHED);
      }
      return context;
    }

    private CompiledContext publish(String entry, String name, List<Bucket> graphs)
        throws IOException {
      long start = System.nanoTime();
      boolean[] made = new boolean[1];
      Path folder =
          runtime
              .cache()
              .publish(
                  Cache.Section.COMPILED,
                  entry,
                  aside -> {
                    make(aside, name, graphs);
                    made[0] = true;
                  });
      Path binary = folder.resolve(name + ".bin");
      return new CompiledContext(
          request.soc(),
          name,
          folder,
          Manifest.read(Manifest.besideOf(binary)),
          made[0] ? Duration.ofNanos(System.nanoTime() - start) : Duration.ZERO);
    }

    private void make(Path folder, String name, List<Bucket> graphs) throws IOException {
      List<OnnxModel> epContexts =
          graphs.size() == 1 ? alone(folder, graphs) : sharing(folder, graphs);
      Path binary = folder.resolve(name + ".bin");
      Files.move(folder.resolve(contextFile(epContexts)), binary);
      String epContextSha256 = null;
      for (int i = 0; i < graphs.size(); i++) {
        String stem = graphs.size() == 1 ? name : name + "-" + graphs.get(i).name;
        Path target = folder.resolve(stem + ".ctx.onnx");
        EpContextModel.relocated(epContexts.get(i), name + ".bin").writeTo(target);
        Files.delete(epContexts.get(i).file().orElseThrow());
        epContextSha256 = graphs.size() == 1 ? Digest.sha256(target) : null;
      }
      progress.begin(name, Phase.CHECKING);
      check(binary, epContexts, epContextSha256);
    }

    private List<OnnxModel> alone(Path folder, List<Bucket> graphs) {
      return List.of(compile(folder, graphs.getFirst(), Sharing.ALONE));
    }

    private List<OnnxModel> sharing(Path folder, List<Bucket> graphs) {
      SHARING.lock();
      try {
        List<OnnxModel> epContexts = new ArrayList<>();
        for (Bucket graph : graphs) {
          boolean last = graph == graphs.getLast();
          epContexts.add(compile(folder, graph, last ? Sharing.LAST : Sharing.MORE_FOLLOW));
        }
        return epContexts;
      } catch (RuntimeException failed) {
        endSharing(folder, graphs.getFirst(), failed);
        throw failed;
      } finally {
        SHARING.unlock();
      }
    }

    /**
     * The execution provider keeps what is shared in the process until a last graph comes: gives it
     * one, so that the next compilation begins anew.
     */
    private void endSharing(Path folder, Bucket any, RuntimeException failed) {
      try {
        compile(folder, new Bucket("end-of-sharing", any.shapes), Sharing.LAST);
      } catch (RuntimeException again) {
        failed.addSuppressed(again);
      }
    }

    /** Compiles one graph and returns the EPContext model that the execution provider wrote. */
    private OnnxModel compile(Path folder, Bucket graph, Sharing sharing) {
      Path target = folder.resolve("ep-" + graph.name + ".onnx");
      progress.begin(graph.name, Phase.PREPARING);
      try (LogCapture log = LogCapture.begin();
          Arena arena = Arena.ofShared()) {
        MemorySegment bytes = graph.shapes.applyTo(OnnxModel.read(request.model())).toMemory(arena);
        progress.begin(graph.name, Phase.COMPILING);
        try {
          session.compile(bytes, graph.name, target, sharing, epOptions(sharing));
        } catch (CompileFailedException failed) {
          throw UnsupportedNodes.explain(
              label(graph), target, OnnxModel.read(request.model()), log.lines(), failed);
        }
      }
      OnnxModel epContext = OnnxModel.read(target);
      UnsupportedNodes.requireNone(epContext, label(graph));
      return epContext;
    }

    private String label(Bucket graph) {
      String file = String.valueOf(request.model().getFileName());
      return graph.name.equals(UNSIZED) ? file : file + ", bucket " + graph.name;
    }

    private Map<String, String> epOptions(Sharing sharing) {
      Map<String, String> options = new HashMap<>();
      options.put("backend_path", libraries.htp().toString());
      options.put("soc_model", Integer.toString(request.soc().model()));
      options.put("enable_htp_fp16_precision", "1");
      if (sharing != Sharing.ALONE) {
        options.put("enable_htp_weight_sharing", "1");
      }
      options.putAll(request.epOptions());
      return options;
    }

    private static String contextFile(List<OnnxModel> epContexts) {
      String file = EpContextNode.in(epContexts.getFirst()).getFirst().contextFile();
      if (file == null || Path.of(file).getNameCount() != 1) {
        throw new CompileFailedException(
            "can't find what was compiled",
            "the EPContext model points to " + file,
            "Leave embed_mode and context options to npu4j.");
      }
      return file;
    }

    /** Looks into the context binary, compares it with what was requested, writes the manifest. */
    private void check(Path binary, List<OnnxModel> epContexts, @Nullable String epContextSha256)
        throws IOException {
      QnnSystem system = libraries.loadSystem();
      try (Arena arena = Arena.ofShared();
          FileChannel channel = FileChannel.open(binary)) {
        MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        ContextBinary content = system.read(bytes);
        requireAsAsked(content, epContexts);
        Manifests.of(
                content,
                Digest.of(bytes),
                system,
                Optional.of(source),
                Optional.ofNullable(epContextSha256))
            .write(Manifest.besideOf(binary));
      }
    }

    private void requireAsAsked(ContextBinary content, List<OnnxModel> epContexts) {
      List<String> expected =
          epContexts.stream()
              .map(file -> EpContextNode.in(file).getFirst())
              .map(EpContextNode::partition)
              .sorted()
              .toList();
      List<String> found = content.graphs().stream().map(GraphInfo::name).sorted().toList();
      if (!found.equals(expected)) {
        throw unexpected("it has the graphs " + found + " instead of " + expected);
      }
      int soc = content.socModel().orElse(0);
      if (soc != request.soc().model()) {
        throw unexpected("it is for SoC model " + soc + " instead of " + request.soc());
      }
      boolean shares = content.sharedWeightsBytes() > 0;
      if (shares != epContexts.size() > 1) {
        throw unexpected(
            shares ? "its graphs share weights unasked" : "its graphs don't share their weights");
      }
    }

    private CompileFailedException unexpected(String why) {
      return new CompileFailedException(
          "the compiler made another file than was requested",
          why,
          "Check the --ep-option values, and the runtime by npu4j doctor.");
    }
  }
}
