package io.github.npu4j.bench;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.compile.CompileProgress;
import io.github.npu4j.compile.CompileRequest;
import io.github.npu4j.compile.CompiledContext;
import io.github.npu4j.compile.Compiler;
import io.github.npu4j.onnx.ByteSource;
import io.github.npu4j.onnx.OnnxAttribute;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.runtime.Soc;
import io.github.npu4j.store.Cache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Makes the files that {@link ContextLoad} loads, once: MLPs whose context binaries have 2, 45 and
 * 400 MB, each with an EPContext model that points to it and one that has it inside.
 *
 * <p>They lie below npu4j's home, where a file is mapped as it is, so that every rival opens the
 * same one.
 */
final class LoadFiles {

  /** An MLP of square layers; in fp16 a weight has two bytes. */
  private enum Mlp {
    MB_2("mlp-2", 512, 4),
    MB_45("mlp-45", 1024, 22),
    MB_400("mlp-400", 4096, 12);

    private final String title;
    private final int width;
    private final int layers;

    Mlp(String title, int width, int layers) {
      this.title = title;
      this.width = width;
      this.layers = layers;
    }
  }

  private LoadFiles() {}

  /** Makes what is missing, and prints one line each: the name, the file, how long it took. */
  public static void main(String[] arguments) throws IOException {
    NativeRuntime runtime = NativeRuntime.find();
    for (Mlp mlp : Mlp.values()) {
      Path folder = runtime.cache().root().resolve("load").resolve(mlp.title);
      Path binary = binary(folder);
      if (!Files.exists(binary)) {
        make(runtime, mlp, folder);
      }
      System.out.println(mlp.title + " " + binary);
    }
  }

  private static Path binary(Path folder) {
    return folder.resolve(ModelFolder.HTP).resolve(Soc.X_ELITE.name()).resolve("model.bin");
  }

  private static void make(NativeRuntime runtime, Mlp mlp, Path folder) throws IOException {
    Path onnx = Files.createDirectories(runtime.cache().root()).resolve(mlp.title + ".onnx");
    int[] widths = new int[mlp.layers + 1];
    Arrays.fill(widths, mlp.width);
    ModelFiles.save(onnx, ModelFiles.mlp(widths));
    long start = System.nanoTime();
    CompiledContext compiled =
        new Compiler(runtime)
            .compile(
                CompileRequest.of(onnx, Soc.X_ELITE, List.of()), CompileProgress.NONE)
            .getFirst();
    System.err.printf(
        "%s: %d bytes, compiled in %.1f s%n",
        mlp.title, Files.size(compiled.binary()), (System.nanoTime() - start) / 1e9);
    compiled.copyTo(ModelFolder.write(folder));
    embed(ModelFolder.epContextBeside(binary(folder)), binary(folder));
    runtime.cache().remove(Cache.Section.COMPILED, compiled.folder().getFileName().toString());
    Files.delete(onnx);
  }

  /** Where the model with the context binary inside lies, for one that points to it. */
  static Path embedded(Path binary) {
    return binary.resolveSibling("model-embedded.onnx");
  }

  /** Writes an EPContext model once more, with the context binary in it: embed_mode 1. */
  private static void embed(Path pointing, Path binary) throws IOException {
    OnnxModel model = OnnxModel.read(pointing);
    ByteSource content = ByteSource.of(Files.readAllBytes(binary));
    model
        .graph()
        .nodes()
        .getFirst()
        .with(OnnxAttribute.of("embed_mode", 1L))
        .with(OnnxAttribute.of("ep_cache_context", content));
    model.write(embedded(binary));
  }
}
