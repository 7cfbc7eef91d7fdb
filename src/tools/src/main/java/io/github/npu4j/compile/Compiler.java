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
import io.github.npu4j.ort.Ort;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.store.Cache;
import io.github.npu4j.store.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

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
 * <p>ONNX Runtime and Qualcomm's compiler work in a child process, within limits: a model that ends
 * them, or keeps them busy without end, is an error here and leaves nothing. One child serves all
 * that a call has to compile, and none is started for what is in the cache.
 *
 * <p>May be used by many threads.
 */
public final class Compiler {

  /** The name of a context binary whose model has no sequence dimension. */
  private static final String UNSIZED = "model";

  private final NativeRuntime runtime;
  private final CompileLimits limits;

  /**
   * Makes a compiler with the libraries and the cache of a runtime, within the usual limits;
   * nothing is loaded yet.
   */
  public Compiler(NativeRuntime runtime) {
    this(runtime, CompileLimits.usual());
  }

  private Compiler(NativeRuntime runtime, CompileLimits limits) {
    this.runtime = runtime;
    this.limits = limits;
  }

  /**
   * Returns a compiler that stops the compilation of a graph after this time; 30 minutes otherwise.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public Compiler withTimeLimit(Duration limit) {
    return new Compiler(runtime, limits.withTime(limit));
  }

  /**
   * Returns a compiler that stops a compilation whose process holds more memory than this, in
   * bytes; otherwise three quarters of what the machine or container has. Where the system tells a
   * process's memory by what it was promised instead (Windows), that is compared.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public Compiler withMemoryLimit(long bytes) {
    return new Compiler(runtime, limits.withMemoryBytes(bytes));
  }

  /**
   * Compiles a model, or finds what an earlier call compiled. Ends soon after the thread is
   * interrupted, or after {@code progress} throws, with nothing left of what was being compiled;
   * buckets that were done are in the cache.
   *
   * @return a context for each bucket, in the requested order, and then the one that all share if
   *     weights are shared
   * @throws CompileFailedException if HTP can't take a node, or the compiler fails, dies, or passes
   *     a limit
   * @throws BadModelException if the file is no ONNX model, is damaged, or is compiled already
   * @throws ModelMissingException if there is no such file
   * @throws BadInputException if a dimension stays open or a given one does not exist
   * @throws RuntimeMissingException if a library is missing, or no process can be started
   * @throws io.github.npu4j.error.RunAbortedException if the thread was interrupted
   * @throws UncheckedIOException if the cache can't be written
   */
  public List<CompiledContext> compile(CompileRequest request, CompileProgress progress) {
    OnnxModel model = OnnxModel.read(request.model());
    requireSource(model);
    List<Bucket> buckets = buckets(request, model);
    progress.begin(String.valueOf(request.model().getFileName()), Phase.READING);
    FiniteWeights.require(model);
    try (Job job = new Job(request, model, progress)) {
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
  private final class Job implements AutoCloseable {
    private final CompileRequest request;
    private final CompileProgress progress;
    private final QnnLibraries libraries;
    private final CompileChild child;
    private final String source;
    private final CacheKey key;

    Job(CompileRequest request, OnnxModel model, CompileProgress progress) throws IOException {
      this.request = request;
      this.progress = progress;
      this.libraries = QnnLibraries.require(runtime);
      this.child = new CompileChild(libraries, limits);
      this.source = Digest.sha256(request.model());
      String version = Ort.load(libraries.onnxruntime()).version();
      this.key = new CacheKey(request, model, source, libraries.identity() + version);
    }

    @Override
    public void close() {
      child.close();
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
      child.check(
          binary.toAbsolutePath(),
          String.valueOf(request.model().getFileName()),
          new CompileService.Wanted(
              request.soc().model(),
              source,
              Optional.ofNullable(epContextSha256),
              epContexts.stream()
                  .map(file -> EpContextNode.in(file).getFirst().partition())
                  .sorted()
                  .toList()));
    }

    private List<OnnxModel> alone(Path folder, List<Bucket> graphs) throws IOException {
      return List.of(compile(folder, graphs.getFirst(), Sharing.ALONE));
    }

    private List<OnnxModel> sharing(Path folder, List<Bucket> graphs) throws IOException {
      List<OnnxModel> epContexts = new ArrayList<>();
      for (Bucket graph : graphs) {
        boolean last = graph == graphs.getLast();
        epContexts.add(compile(folder, graph, last ? Sharing.LAST : Sharing.MORE_FOLLOW));
      }
      return epContexts;
    }

    /** Compiles one graph and returns the EPContext model that the execution provider wrote. */
    private OnnxModel compile(Path folder, Bucket graph, Sharing sharing) throws IOException {
      Path prepared = folder.resolve("static-" + graph.name + ".onnx");
      Path target = folder.resolve("ep-" + graph.name + ".onnx");
      progress.begin(graph.name, Phase.PREPARING);
      try (Arena arena = Arena.ofShared()) {
        write(graph.shapes.applyTo(OnnxModel.read(request.model())).toMemory(arena), prepared);
      }
      progress.begin(graph.name, Phase.COMPILING);
      child.compile(
          new CompileChild.Graph(
              request.model().toAbsolutePath(),
              prepared.toAbsolutePath(),
              graph.name,
              label(graph),
              target.toAbsolutePath()),
          sharing,
          epOptions(sharing));
      Files.delete(prepared);
      return OnnxModel.read(target);
    }

    private static void write(MemorySegment content, Path file) throws IOException {
      try (FileChannel out =
          FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
        ByteBuffer bytes = content.asByteBuffer();
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
      }
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
  }
}
