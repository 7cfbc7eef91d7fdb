package io.github.npu4j.runtime;

import io.github.npu4j.runtime.Platform.Cpu;
import io.github.npu4j.runtime.Platform.Os;
import io.github.npu4j.runtime.libraries.RuntimeLock;
import io.github.npu4j.store.Cache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks for the folder that holds Qualcomm's libraries: all of one version, side by side. */
final class QnnFolder {

  private static final String CACHE = "npu4j's cache";

  /** The folders of Qualcomm's wheel: its libraries, and those that they need. */
  private static final String WHEEL = "onnxruntime_qnn";

  private static final String WHEEL_LIBRARIES = "onnxruntime_qnn.libs";

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
  LibrarySearch locate() {
    String what = "Qualcomm's QNN runtime";
    List<String> reasons = new ArrayList<>();
    if (platform.os() == Os.MACOS || platform.os() == Os.OTHER || platform.vm() == Cpu.OTHER) {
      reasons.add("there is none for " + platform);
      return new LibrarySearch.Absent(what, reasons, "Models run on the CPU here: Device.CPU.");
    }
    LibrarySearch.Found found = first(what, named(), reasons);
    if (found == null) {
      found = first(what, searched(), reasons);
    }
    return found != null ? found : new LibrarySearch.Absent(what, reasons, INSTALL_ADVICE);
  }

  static final String INSTALL_ADVICE = "Run: npu4j runtime install";

  private LibrarySearch.@Nullable Found first(
      String what, List<Place> places, List<String> reasons) {
    for (Place place : places) {
      Path found = libraries(place, reasons);
      if (found != null) {
        return new LibrarySearch.Found(what, found, place.origin, reasons);
      }
    }
    return null;
  }

  /** The places that are known without looking: each load asks for them. */
  private List<Place> named() {
    List<Place> places = new ArrayList<>();
    add(places, "-Dnpu4j.runtime", settings.property(NativeRuntime.RUNTIME_PROPERTY));
    add(places, NativeRuntime.RUNTIME_VARIABLE, settings.variable(NativeRuntime.RUNTIME_VARIABLE));
    places.add(new Place(CACHE, pinned()));
    add(places, "QNN_SDK_ROOT", settings.variable("QNN_SDK_ROOT"));
    add(places, "QAIRT_SDK_ROOT", settings.variable("QAIRT_SDK_ROOT"));
    return places;
  }

  /** The places that folders must be listed for. */
  private List<Place> searched() {
    List<Place> places = new ArrayList<>();
    olderInstalls(pinned()).forEach(p -> places.add(new Place(CACHE, p)));
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

  private Path pinned() {
    return cache.path(Cache.Section.RUNTIME, RuntimeLock.pinned().qnnEntryName(platform.name()));
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

  private @Nullable Path libraries(Place place, List<String> reasons) {
    String file = platform.libraryFile("QnnHtp");
    if (!Files.isDirectory(place.folder)) {
      reasons.add(place.origin + ": no folder " + place.folder);
      return null;
    }
    int before = reasons.size();
    for (String below : layouts()) {
      Path inside = place.folder.resolve(below).normalize();
      Path library = inside.resolve(file);
      if (Files.isRegularFile(library)) {
        String unfit = unfit(library);
        if (unfit == null) {
          return inside;
        }
        reasons.add(place.origin + ": " + library + " " + unfit);
      }
    }
    if (reasons.size() == before) {
      reasons.add(place.origin + ": no " + file + " in " + place.folder);
    }
    return null;
  }

  /** Returns why this process can't load a library, or {@code null} if it can. */
  private @Nullable String unfit(Path library) {
    try {
      LibraryFile head = LibraryFile.read(library);
      if (!head.fits(platform)) {
        return "is for " + head + " and this Java VM is for " + platform;
      }
      String cutOff = cutOff(library.resolveSibling("."));
      return cutOff == null ? null : "can't be used: " + cutOff + ". Install the runtime again";
    } catch (IOException unreadable) {
      return "can't be read (" + unreadable.getMessage() + ")";
    }
  }

  /** Returns which of the libraries that are loaded together is cut off, or {@code null}. */
  private static @Nullable String cutOff(Path folder) throws IOException {
    try (DirectoryStream<Path> libraries =
        Files.newDirectoryStream(folder, "*{.so,.dll,.so.[0-9]*}")) {
      for (Path library : libraries) {
        // The NPU's own processor loads the skels.
        if (!library.getFileName().toString().endsWith("Skel.so")
            && LibraryFile.isCutOff(library)) {
          return library.getFileName() + " is cut off";
        }
      }
    }
    Path beside = folder.resolve("..").resolve(WHEEL_LIBRARIES).normalize();
    return Files.isDirectory(beside) && folder.normalize().endsWith(WHEEL)
        ? InstalledFiles.cutOff(beside)
        : null;
  }

  /** The folders below a plain folder, a wheel's or an SDK's where libraries may be. */
  private List<String> layouts() {
    List<String> layouts = new ArrayList<>(List.of("", WHEEL));
    layouts.addAll(platformFolders());
    return layouts;
  }

  private List<String> platformFolders() {
    boolean x64 = platform.vm() == Cpu.X64;
    return switch (platform.os()) {
      case LINUX ->
          x64
              ? List.of("lib/x86_64-linux-clang")
              : List.of(
                  "lib/aarch64-ubuntu-gcc9.4",
                  "lib/aarch64-oe-linux-gcc11.2",
                  "lib/aarch64-oe-linux-gcc9.3");
      case WINDOWS -> {
        if (!x64) {
          yield List.of("lib/aarch64-windows-msvc");
        }
        yield platform.machine() == Cpu.ARM64
            ? List.of("libs/arm64ec", "onnxruntime_qnn/libs/arm64ec", "lib/arm64x-windows-msvc")
            : List.of("libs/amd64", "onnxruntime_qnn/libs/amd64", "lib/x86_64-windows-msvc");
      }
      case MACOS, OTHER -> List.of();
    };
  }
}
