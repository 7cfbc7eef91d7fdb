package io.github.npu4j.engine.open;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.engine.CpuRewrite;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.execution.OpenReport;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.internal.access.NativeAccess;
import io.github.npu4j.runtime.NativeRuntime;
import java.nio.file.Path;

/** Opens models: chooses the device and the engine, and says why. */
public final class Models {

  private Models() {}

  /**
   * Opens a model.
   *
   * @param model a model folder, an ONNX or EPContext file, or a context binary
   * @param options where and how
   * @return the model; its {@link Model#placement()} says where it runs and what was passed over
   * @throws NpuException if the device that was requested can't run it, or nothing can
   */
  public static Model open(Path model, OpenOptions options) {
    return OpenReport.open(
        model.toString(),
        options.device(),
        () -> open(model, options, CpuRewrite.AS_IS),
        Model::placement);
  }

  /**
   * Opens a model that may be rewritten for the CPU. Nothing is logged: this is for parts of a
   * model, whose opener tells of the whole.
   *
   * @param rewrite used where the model runs on the CPU by ONNX Runtime, and nowhere else
   * @throws NpuException as {@link #open(Path, OpenOptions)}
   */
  public static Model open(Path model, OpenOptions options, CpuRewrite rewrite) {
    NativeAccess.require(); // else each engine in turn would be passed over for the same reason
    ModelFolder folder = ModelFolder.open(model);
    OpenOptions verified = options.verified(folder.path());
    return new ModelOpener(folder, verified, NativeRuntime.find(), rewrite).open();
  }
}
