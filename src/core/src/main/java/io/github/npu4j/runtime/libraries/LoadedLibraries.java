package io.github.npu4j.runtime.libraries;

import io.github.npu4j.internal.ffm.CStrings;
import io.github.npu4j.internal.ffm.Downcall;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The libraries that this process has loaded, whoever did it.
 *
 * <p>By {@code /proc/self/maps} on Linux, {@code GetModuleHandleW} on Windows and {@code
 * _dyld_get_image_name} on macOS.
 */
public final class LoadedLibraries {

  private static final Path MAPS = Path.of("/proc/self/maps");

  /** What Linux appends to the path of a mapped file that was deleted since. */
  private static final String DELETED = " (deleted)";

  private LoadedLibraries() {}

  /**
   * Returns every loaded copy of ONNX Runtime's core library. More than one is a fault waiting to
   * happen: each has an environment of its own. On Windows the first loaded is the only one told.
   */
  public static List<Path> onnxruntimes() {
    return named("onnxruntime");
  }

  /**
   * Returns the loaded files of a library's plain name, such as {@code QnnHtp}, with or without a
   * version at the end of the file name.
   */
  public static List<Path> named(String library) {
    String file = System.mapLibraryName(library);
    try {
      if (file.endsWith(".dll")) {
        return WindowsProcess.module(file).map(List::of).orElse(List.of());
      }
      if (file.endsWith(".dylib")) {
        return dyldImages("/" + file);
      }
      try (BufferedReader maps = Files.newBufferedReader(MAPS, StandardCharsets.UTF_8)) {
        return inMaps(maps, file);
      }
    } catch (IOException unreadable) {
      return List.of(); // another system, or /proc is not mounted: nothing can be told
    }
  }

  /** Reads the lines one by one: every start of npu4j comes by here, so it has to be quick. */
  static List<Path> inMaps(BufferedReader maps, String file) throws IOException {
    Set<Path> once = new LinkedHashSet<>();
    String line;
    while ((line = maps.readLine()) != null) {
      int at = line.indexOf(file);
      if (at > 0 && line.charAt(at - 1) == '/') {
        String end = line.substring(at + file.length());
        String version =
            end.endsWith(DELETED) ? end.substring(0, end.length() - DELETED.length()) : end;
        if (isVersion(version)) {
          once.add(
              Path.of(line.substring(line.indexOf('/'), at + file.length() + version.length())));
        }
      }
    }
    return List.copyOf(once);
  }

  /**
   * Returns whether a file name may go on so after its ending: not at all, or as {@code .1.29.0}.
   */
  private static boolean isVersion(String end) {
    for (int i = 0; i < end.length(); i++) {
      if (end.charAt(i) != '.' && !Character.isDigit(end.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  @SuppressWarnings("restricted") // dyld is asked what Java does not tell
  private static List<Path> dyldImages(String end) {
    Linker linker = Linker.nativeLinker();
    MethodHandle count =
        Downcall.at(
            linker.defaultLookup().find("_dyld_image_count").orElseThrow(),
            FunctionDescriptor.of(ValueLayout.JAVA_INT));
    MethodHandle nameOf =
        Downcall.at(
            linker.defaultLookup().find("_dyld_get_image_name").orElseThrow(),
            FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    try {
      List<Path> images = new ArrayList<>();
      int loaded = (int) count.invokeExact();
      for (int i = 0; i < loaded; i++) {
        String image = CStrings.read((MemorySegment) nameOf.invokeExact(i));
        if (image.endsWith(end)) {
          images.add(Path.of(image));
        }
      }
      return images;
    } catch (Throwable thrown) {
      throw Downcall.rethrow(thrown);
    }
  }
}
