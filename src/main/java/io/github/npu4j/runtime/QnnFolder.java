package io.github.npu4j.runtime;

import io.github.npu4j.artifact.Cache;
import io.github.npu4j.runtime.Platform.Cpu;
import io.github.npu4j.runtime.Platform.Os;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks for the folder that holds Qualcomm's libraries: all of one version, side by side. */
final class QnnFolder {

  private record Place(String origin, Path folder) {}

  private final Platform platform;
  private final Cache cache;
  private final Settings settings;

  QnnFolder(Platform platform, Cache cache, Settings settings) {
    this.platform = platform;
    this.cache = cache;
    this.settings = settings;
  }

  /** Returns the first folder with an HTP library for this VM's CPU. */
  Located locate() {
    String what = "Qualcomm's QNN runtime";
    List<String> reasons = new ArrayList<>();
    if (platform.os() == Os.MACOS || platform.os() == Os.OTHER || platform.vm() == Cpu.OTHER) {
      reasons.add("there is none for " + platform);
      return new Located.Absent(what, reasons, "Models run on the CPU here: --device cpu.");
    }
    for (Place place : places()) {
      Path found = libraries(place.folder, place.origin, reasons);
      if (found != null) {
        return new Located.Found(what, found, place.origin, reasons);
      }
    }
    return new Located.Absent(what, reasons, INSTALL_ADVICE);
  }

  static final String INSTALL_ADVICE = "Run: npu4j runtime install";

  private List<Place> places() {
    List<Place> places = new ArrayList<>();
    add(places, "-Dnpu4j.runtime", settings.property(NativeRuntime.RUNTIME_PROPERTY));
    add(places, NativeRuntime.RUNTIME_VARIABLE, settings.variable(NativeRuntime.RUNTIME_VARIABLE));
    Path pinned =
        cache.path(Cache.Section.RUNTIME, RuntimeLock.pinned().qnnEntryName(platform.name()));
    places.add(new Place("npu4j's cache", pinned));
    add(places, "QNN_SDK_ROOT", settings.variable("QNN_SDK_ROOT"));
    add(places, "QAIRT_SDK_ROOT", settings.variable("QAIRT_SDK_ROOT"));
    olderInstalls(pinned).forEach(p -> places.add(new Place("npu4j's cache", p)));
    switch (platform.os()) {
      case LINUX -> {
        newestIn(Path.of("/opt/qcom/aistack/qairt"), places);
        if (platform.vm() == Cpu.ARM64) {
          places.add(new Place("the system", Path.of("/usr/lib/aarch64-linux-gnu")));
          places.add(new Place("the system", Path.of("/usr/lib")));
        }
      }
      case WINDOWS -> newestIn(Path.of("C:\\Qualcomm\\AIStack\\QAIRT"), places);
      case MACOS, OTHER -> {}
    }
    return places;
  }

  private static void add(List<Place> places, String origin, @Nullable String folder) {
    if (folder != null) {
      places.add(new Place(origin, Path.of(folder).toAbsolutePath().normalize()));
    }
  }

  private List<Path> olderInstalls(Path pinned) {
    String suffix = "-" + platform.name();
    return newestFirst(cache.folder(Cache.Section.RUNTIME)).stream()
        .filter(p -> !p.equals(pinned))
        .filter(p -> p.getFileName().toString().startsWith("qnn-"))
        .filter(p -> p.getFileName().toString().endsWith(suffix))
        .toList();
  }

  private static void newestIn(Path folder, List<Place> places) {
    newestFirst(folder).forEach(p -> places.add(new Place("the QAIRT SDK", p)));
  }

  private static List<Path> newestFirst(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children
          .sorted(Comparator.comparing((Path p) -> p.getFileName().toString()).reversed())
          .toList();
    } catch (IOException | UncheckedIOException unreadable) {
      return List.of();
    }
  }

  private @Nullable Path libraries(Path folder, String origin, List<String> reasons) {
    String file = platform.libraryFile("QnnHtp");
    if (!Files.isDirectory(folder)) {
      reasons.add(origin + ": no folder " + folder);
      return null;
    }
    boolean wrongCpu = false;
    for (String below : layouts()) {
      Path inside = folder.resolve(below).normalize();
      Path library = inside.resolve(file);
      if (Files.isRegularFile(library)) {
        if (fits(library, origin, reasons)) {
          return inside;
        }
        wrongCpu = true;
      }
    }
    if (!wrongCpu) {
      reasons.add(origin + ": no " + file + " in " + folder);
    }
    return null;
  }

  private boolean fits(Path library, String origin, List<String> reasons) {
    try {
      Cpu cpu = LibraryFile.cpu(library);
      // A library that is ARM64 and ARM64EC in one (ARM64X) says ARM64.
      if (cpu == platform.vm()
          || (cpu == Cpu.ARM64
              && platform.machine() == Cpu.ARM64
              && platform.os() == Os.WINDOWS
              && library.toString().contains("arm64x"))) {
        return true;
      }
      reasons.add(
          origin + ": " + library + " is for " + cpu + " and this Java VM is for " + platform.vm());
    } catch (IOException unreadable) {
      reasons.add(origin + ": " + library + " can't be read (" + unreadable.getMessage() + ")");
    }
    return false;
  }

  /**
   * The folders below a wheel's, an SDK's or a plain folder that this platform's libraries have.
   */
  private List<String> layouts() {
    List<String> layouts = new ArrayList<>(List.of("", "onnxruntime_qnn"));
    switch (platform.os()) {
      case LINUX ->
          layouts.addAll(
              platform.vm() == Cpu.X64
                  ? List.of("lib/x86_64-linux-clang")
                  : List.of(
                      "lib/aarch64-ubuntu-gcc9.4",
                      "lib/aarch64-oe-linux-gcc11.2",
                      "lib/aarch64-oe-linux-gcc9.3"));
      case WINDOWS -> {
        if (platform.vm() == Cpu.ARM64) {
          layouts.add("lib/aarch64-windows-msvc");
        } else if (platform.machine() == Cpu.ARM64) {
          layouts.addAll(
              List.of("libs/arm64ec", "onnxruntime_qnn/libs/arm64ec", "lib/arm64x-windows-msvc"));
        } else {
          layouts.addAll(
              List.of("libs/amd64", "onnxruntime_qnn/libs/amd64", "lib/x86_64-windows-msvc"));
        }
      }
      case MACOS, OTHER -> {}
    }
    return layouts;
  }
}
