package io.github.npu4j.doctor;

import io.github.npu4j.doctor.Machine.CLibrary;
import io.github.npu4j.doctor.Machine.Disk;
import io.github.npu4j.doctor.Machine.Java;
import io.github.npu4j.doctor.Machine.Libraries;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.runtime.Platform;
import io.github.npu4j.runtime.Platform.Os;
import io.github.npu4j.runtime.libraries.Glibc;
import io.github.npu4j.runtime.libraries.LoadedLibraries;
import io.github.npu4j.runtime.libraries.RuntimeLock;
import io.github.npu4j.store.Cache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks at this machine, and loads the native libraries that it finds. */
final class MachineProbe {

  /** A wheel's platform tag names the glibc it is built for: {@code manylinux_2_35_x86_64}. */
  private static final Pattern MANYLINUX = Pattern.compile("manylinux_(\\d+)_(\\d+)_.*");

  private final NativeRuntime runtime;

  MachineProbe(NativeRuntime runtime) {
    this.runtime = runtime;
  }

  Machine probe() {
    List<String> settings = LibrarySettings.ofProcess(); // before ours are set by loading
    Libraries libraries =
        new Libraries(
            runtime.onnxruntime(),
            runtime.qnnHtp(),
            runtime.qnnSystem(),
            runtime.qnnProvider(),
            runtime.skelFolder());
    return new Machine(
        runtime.platform(),
        java(),
        cLibrary(),
        libraries,
        OrtProbe.probe(runtime),
        QnnProbe.probe(runtime),
        LoadedLibraries.onnxruntimes(),
        systemOrt(),
        settings,
        disk());
  }

  private static Java java() {
    return new Java(
        Runtime.version().feature(),
        Runtime.version().toString(),
        Path.of(System.getProperty("java.home")),
        MachineProbe.class.getModule().isNativeAccessEnabled());
  }

  private Optional<CLibrary> cLibrary() {
    Platform platform = runtime.platform();
    if (platform.os() != Os.LINUX) {
      return Optional.empty();
    }
    Optional<String> needed =
        RuntimeLock.pinned().wheels(platform.name()).stream()
            .map(wheel -> MANYLINUX.matcher(wheel.tag()))
            .filter(Matcher::matches)
            .map(tag -> tag.group(1) + "." + tag.group(2))
            .findFirst();
    return Optional.of(new CLibrary(Glibc.version(), needed));
  }

  private Optional<Path> systemOrt() {
    String windows = System.getenv("SystemRoot");
    return runtime.platform().os() == Os.WINDOWS && windows != null
        ? Optional.of(Path.of(windows, "System32", "onnxruntime.dll")).filter(Files::exists)
        : Optional.empty();
  }

  private Disk disk() {
    Cache cache = runtime.cache();
    try {
      return new Disk(cache.root(), cache.freeBytes());
    } catch (IOException unknown) {
      return new Disk(cache.root(), -1);
    }
  }
}
