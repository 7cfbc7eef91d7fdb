package io.github.npu4j.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.compile.CompileProgress;
import io.github.npu4j.compile.CompileRequest;
import io.github.npu4j.compile.Compiler;
import io.github.npu4j.engine.direct.DirectEngine;
import io.github.npu4j.engine.direct.DirectModel;
import io.github.npu4j.engine.direct.SharedHtp;
import io.github.npu4j.engine.execution.LoadClock;
import io.github.npu4j.engine.execution.OpenAttempt;
import io.github.npu4j.error.IncompatibleModelException;
import io.github.npu4j.hostile.HostileModels;
import io.github.npu4j.qnn.Qnn;
import io.github.npu4j.qnn.QnnSystem;
import io.github.npu4j.qnn.StandInBackend;
import io.github.npu4j.qnn.info.QnnVersion;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.runtime.Platform;
import io.github.npu4j.runtime.Soc;
import io.github.npu4j.store.Cache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real context binaries for many SoCs, read by the real system library, on the stand-in's devices:
 * the emulator takes a file for any SoC, a device must not be given one for a newer HTP.
 */
class OtherSocsIT {

  private static final List<Soc> DEVICES = List.of(soc(37), soc(36), Soc.X_ELITE, soc(69), soc(88));

  @TempDir Path folder;

  @Test
  void aDeviceIsGivenOnlyWhatItsHtpCanRun() throws IOException {
    int refused = 0;
    for (Soc madeFor : List.of(soc(36), Soc.X_ELITE, soc(57), soc(69), Soc.X2_ELITE, soc(87))) {
      Path binary = compiled(madeFor);
      for (Soc device : DEVICES) {
        refused += refusals(binary, madeFor, device);
      }
    }
    assertEquals(17, refused);
  }

  private Path compiled(Soc soc) throws IOException {
    Path model = Files.write(folder.resolve("mlp.onnx"), HostileModels.mlp());
    return new Compiler(NativeRuntime.find())
        .compile(CompileRequest.of(model, soc, List.of()), CompileProgress.NONE)
        .getFirst()
        .binary();
  }

  /** Opens a file on a device; returns 1 if it was refused, as it is for an older device. */
  private int refusals(Path binary, Soc madeFor, Soc device) {
    StandInBackend standIn =
        new StandInBackend()
            .device(device.model(), device.arch())
            .coreVersion(new QnnVersion(2, 40, 0));
    QnnSystem system = QnnSystem.load(NativeRuntime.find().qnnSystem().require());
    try (Qnn qnn = standIn.openWith(system)) {
      SharedHtp htp = new SharedHtp(qnn, standIn.sharedMemory());
      if (madeFor.arch() > device.arch()) {
        IncompatibleModelException refused =
            assertThrows(
                IncompatibleModelException.class,
                () -> open(binary, htp).close(),
                madeFor + " on " + device);
        assertTrue(refused.why().contains("compiled for " + madeFor), refused.why());
        assertTrue(refused.why().contains("the older v" + device.arch()), refused.why());
        assertEquals(0, standIn.calls("contextCreateFromBinary"), "native code is not given it");
        return 1;
      }
      try (Model model = open(binary, htp)) {
        assertEquals(
            madeFor.arch() < device.arch(),
            model.placement().detail().contains("compiled for the older"),
            model.placement().detail());
      }
      return 0;
    }
  }

  private DirectModel open(Path binary, SharedHtp htp) {
    NativeRuntime runtime =
        NativeRuntime.find(
            Platform.named("windows-arm64").orElseThrow(), Cache.at(folder.resolve("cache")));
    OpenAttempt opening = new OpenAttempt(OpenOptions.on(Device.NPU), runtime, null, List.of());
    return DirectEngine.open(binary, opening, htp, new LoadClock());
  }

  private static Soc soc(int model) {
    return Soc.of(model).orElseThrow();
  }
}
