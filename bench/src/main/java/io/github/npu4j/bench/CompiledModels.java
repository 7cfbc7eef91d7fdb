package io.github.npu4j.bench;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.compile.CompileProgress;
import io.github.npu4j.compile.CompileRequest;
import io.github.npu4j.compile.CompiledContext;
import io.github.npu4j.compile.Compiler;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.runtime.Soc;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Compiles the models that are loaded, MiniLM at 128 tokens and the graphs of {@link ModelFiles}, into
 * model folders, and prints where the context binaries and the libraries are: assignments for a
 * shell, so that the C programs open the same files.
 */
final class CompiledModels {
  private CompiledModels() {}

  /** Takes the folder of the models. */
  public static void main(String[] arguments) throws IOException {
    Path models = Path.of(arguments[0]);
    NativeRuntime runtime = NativeRuntime.find();
    for (String graph : CallOverhead.SUBJECTS) {
      compile(runtime, models.resolve(graph + ".onnx"), List.of(), models.resolve(graph));
    }
    Path minilm = ModelCatalog.standard().require("minilm").requireOnnx();
    String found =
        "minilm='" + compile(runtime, minilm, List.of(128), models.resolve("minilm")) + "'\n"
            + "mlp='"
            + compile(runtime, models.resolve("mlp.onnx"), List.of(), models.resolve("mlp"))
            + "'\n"
            + "onnxruntime='" + runtime.onnxruntime().require() + "'\n"
            + "htp='" + runtime.qnnHtp().require() + "'\n"
            + "system='" + runtime.qnnSystem().require() + "'";
    System.out.println(found);
  }

  private static Path compile(
      NativeRuntime runtime, Path onnx, List<Integer> tokens, Path folder) throws IOException {
    CompiledContext compiled =
        new Compiler(runtime)
            .compile(CompileRequest.of(onnx, Soc.X_ELITE, tokens), CompileProgress.NONE)
            .getFirst();
    compiled.copyTo(ModelFolder.write(folder));
    return ModelFolder.open(folder).contextPath(Soc.X_ELITE.name(), compiled.name());
  }
}
