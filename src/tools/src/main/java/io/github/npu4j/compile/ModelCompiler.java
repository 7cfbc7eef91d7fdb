package io.github.npu4j.compile;

import io.github.npu4j.artifact.ModelDescription;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.artifact.ModelFolderWriter;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.family.ModelFamily;
import io.github.npu4j.family.registry.Families;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.StaticShapes;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.runtime.Soc;
import io.github.npu4j.store.files.FileTree;
import io.github.npu4j.text.EncoderDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * From a model folder, or a bare ONNX file, to a model folder with context binaries for HTP.
 *
 * <p>A model whose family compiles it in parts (the encoder and the decoder of a T5) is compiled
 * graph by graph into its own folder; any other is one graph, whose folder also gets the ONNX
 * model, the tokenizer and the description, so that it stays usable by itself. {@link Compiler}
 * does the compiling of each graph and says how results are cached.
 *
 * <p>Nothing is compared here: {@code ModelParity} of the package {@code parity} takes the result.
 * May be used by many threads, for different folders.
 */
public final class ModelCompiler {

  /** What is compiled where the model leaves the sequence length open and nobody names one. */
  private static final List<Integer> USUAL_BUCKETS = List.of(16, 32, 64, 128);

  private final Compiler compiler;

  /**
   * Makes a compiler with the libraries and the cache of a runtime, within the usual limits;
   * nothing is loaded yet.
   */
  public ModelCompiler(NativeRuntime runtime) {
    this(new Compiler(runtime));
  }

  private ModelCompiler(Compiler compiler) {
    this.compiler = compiler;
  }

  /** Returns a compiler with another limit of time, as {@link Compiler#withTimeLimit} says. */
  public ModelCompiler withTimeLimit(Duration limit) {
    return new ModelCompiler(compiler.withTimeLimit(limit));
  }

  /** Returns a compiler with another limit of memory, as {@link Compiler#withMemoryLimit} says. */
  public ModelCompiler withMemoryLimit(long bytes) {
    return new ModelCompiler(compiler.withMemoryLimit(bytes));
  }

  /**
   * Compiles a model and writes the context binaries into its folder, or into that of the request.
   *
   * @param source the model to compile; left as it is if the request names another folder
   * @param progress called with names such as {@code x-elite 128}
   * @return the folder, and what was compiled
   * @throws BadInputException if the buckets are not different lengths, fewer than two should share
   *     weights, or the request has settings that a model compiled in parts doesn't take
   * @throws NpuException as {@link Compiler#compile} says; then nothing was written
   * @throws IOException if the folder can't be written
   */
  public CompiledModel compile(
      ModelFolder source, ModelCompileRequest request, CompileProgress progress)
      throws IOException {
    requireDistinct(request.tokens());
    return Families.htpForm(source).isPresent()
        ? compileGraphs(source, request, progress)
        : compileWhole(source, request, progress);
  }

  private CompiledModel compileWhole(
      ModelFolder source, ModelCompileRequest request, CompileProgress progress)
      throws IOException {
    Path onnx = source.requireOnnx();
    ModelDescription description = known(source);
    List<Integer> buckets = buckets(onnx, description, request);
    if (request.weights() == Weights.SHARED && buckets.size() < 2) {
      throw new BadInputException(
          "Weights.SHARED takes two sequence lengths or more", "", "Name two or more.");
    }
    List<CompiledContext> contexts = new ArrayList<>();
    for (Soc soc : request.socs()) {
      contexts.addAll(
          compiler.compile(
              new CompileRequest(
                  onnx, soc, buckets, request.dimensions(), request.weights(), request.epOptions()),
              labelled(progress, soc)));
    }
    Path folder = request.folder().orElseGet(() -> ownFolder(source));
    boolean isNew = !Files.exists(folder);
    try {
      ModelFolderWriter writer = ModelFolder.write(folder);
      if (!isIn(folder, onnx)) {
        copyCompanions(source, onnx, description, writer);
      }
      for (CompiledContext context : contexts) {
        context.copyTo(writer);
      }
    } catch (Throwable failed) {
      if (isNew) {
        FileTree.delete(folder); // the compiled files are in the cache, for the next time
      }
      throw failed;
    }
    return new CompiledModel(ModelFolder.open(folder), contexts, request.socs(), buckets);
  }

  private CompiledModel compileGraphs(
      ModelFolder source, ModelCompileRequest request, CompileProgress progress)
      throws IOException {
    if (request.folder().isPresent()
        || request.weights() == Weights.SHARED
        || !request.dimensions().isEmpty()) {
      throw new BadInputException(
          "another folder, Weights.SHARED and sizes of dimensions are not for " + source.name(),
          "a "
              + Families.of(source).map(ModelFamily::title).orElse("model")
              + " is compiled within the folder that its export made, each of its graphs apart",
          "Leave them out.");
    }
    GraphCompilation compilation = GraphCompilation.of(source, request.tokens()).orElseThrow();
    List<CompiledContext> contexts = new ArrayList<>();
    for (Soc soc : request.socs()) {
      contexts.addAll(
          compilation.compile(compiler, soc, request.epOptions(), labelled(progress, soc)));
    }
    ModelFolderWriter writer = ModelFolder.write(source.path());
    for (CompiledContext context : contexts) {
      context.copyTo(writer);
    }
    return new CompiledModel(
        ModelFolder.open(source.path()), contexts, request.socs(), compilation.buckets());
  }

  private static CompileProgress labelled(CompileProgress progress, Soc soc) {
    return (name, phase) -> progress.begin(soc.name() + " " + name, phase);
  }

  private static List<Integer> buckets(
      Path onnx, ModelDescription description, ModelCompileRequest request) {
    if (!request.tokens().isEmpty()) {
      return request.tokens();
    }
    if (!StaticShapes.takesTokens(OnnxModel.read(onnx), request.dimensions())) {
      return List.of();
    }
    int maximum = description.maximumLength().orElse(Integer.MAX_VALUE);
    return USUAL_BUCKETS.stream().filter(count -> count <= maximum).toList();
  }

  private static void requireDistinct(List<Integer> tokens) {
    if (tokens.stream().anyMatch(count -> count < 1)
        || tokens.stream().distinct().count() < tokens.size()) {
      throw new BadInputException(
          "can't compile for the lengths " + tokens, "each has to be 1 or more, and once", "");
    }
  }

  /** Returns all that is known of a model, so that an encoder's folder stays one. */
  private static ModelDescription known(ModelFolder source) {
    try {
      return EncoderDescription.of(source, ModelDescription.unknown()).description();
    } catch (NpuException noEncoder) {
      return source.description();
    }
  }

  private static Path ownFolder(ModelFolder source) {
    return source.isBare() ? Path.of(source.name()) : source.path();
  }

  private static boolean isIn(Path folder, Path onnx) throws IOException {
    Path there = folder.resolve(ModelFolder.ONNX);
    return Files.exists(there) && Files.isSameFile(onnx, there);
  }

  private static void copyCompanions(
      ModelFolder source, Path onnx, ModelDescription description, ModelFolderWriter writer)
      throws IOException {
    SourceModel.copy(onnx, writer);
    Optional<Path> tokenizer = source.tokenizer();
    if (tokenizer.isPresent()) {
      writer.tokenizer(tokenizer.get());
    }
    writer.description(description);
    for (String layer : description.output().dense()) {
      writer.folder(layer, source.path().resolve(layer));
    }
  }
}
