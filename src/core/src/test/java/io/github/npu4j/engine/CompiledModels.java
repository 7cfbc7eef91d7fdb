package io.github.npu4j.engine;

import io.github.npu4j.ort.EpContextCompiler;
import io.github.npu4j.ort.EpDevice;
import io.github.npu4j.ort.Ort;
import io.github.npu4j.ort.SessionOptions;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.store.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/** Context binaries for tests, compiled once for the X Elite and kept under {@code target}. */
public final class CompiledModels {

  /** Where test models are kept. */
  public static final Path FOLDER = Path.of("target", "engine-models");

  private CompiledModels() {}

  /** Returns the context binary of an ONNX model. */
  public static Path binary(Path onnx) {
    Path context = epContext(onnx);
    return context.resolveSibling(
        String.valueOf(context.getFileName()).replace(".ctx.onnx", ".ctx_qnn.bin"));
  }

  /** Returns the EPContext model of an ONNX model; its context binary is beside it. */
  public static synchronized Path epContext(Path onnx) {
    try {
      Path folder = FOLDER.resolve("x-elite-" + Digest.sha256(onnx).substring(0, 16));
      Path context = folder.resolve("model.ctx.onnx");
      if (!Files.exists(context)) {
        compile(onnx, folder);
      }
      return context;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static void compile(Path onnx, Path folder) throws IOException {
    NativeRuntime runtime = NativeRuntime.find();
    Ort ort = Ort.load(runtime.onnxruntime().require());
    ort.registerLibrary("QNN", runtime.qnnProvider().require());
    EpDevice device =
        ort.devices().stream().filter(d -> d.epName().equals("QNN")).findFirst().orElseThrow();
    Path part = folder.resolveSibling(folder.getFileName() + ".part");
    Files.createDirectories(part);
    try (SessionOptions options = SessionOptions.create(ort)) {
      options.config("session.disable_cpu_ep_fallback", "1");
      options
          .providers()
          .devices(
              List.of(device),
              Map.of("backend_path", runtime.qnnHtp().require().toString(), "soc_model", "60"));
      try (EpContextCompiler compiler = EpContextCompiler.create(ort, options)) {
        compiler
            .input(onnx)
            .output(part.resolve("model.ctx.onnx"))
            .contextInFile()
            .failIfNothingCompiled()
            .compile();
      }
    }
    Files.move(part, folder, StandardCopyOption.ATOMIC_MOVE);
  }
}
