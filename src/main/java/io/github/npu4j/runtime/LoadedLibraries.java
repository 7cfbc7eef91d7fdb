package io.github.npu4j.runtime;

import io.github.npu4j.internal.ffm.CStrings;
import io.github.npu4j.internal.ffm.Downcall;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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
    Platform platform = Platform.current();
    String file = platform.libraryFile(library);
    try {
      return switch (platform.os()) {
        case LINUX -> {
          try (Stream<String> maps = Files.lines(MAPS, StandardCharsets.UTF_8)) {
            yield inMaps(maps, file);
          }
        }
        case WINDOWS -> WindowsProcess.module(file).map(List::of).orElse(List.of());
        case MACOS -> distinct(dyldImages().filter(p -> p.endsWith("/" + file)));
        case OTHER -> List.of();
      };
    } catch (IOException unreadable) {
      return List.of(); // a /proc that is not mounted: then nothing can be told
    }
  }

  static List<Path> inMaps(Stream<String> maps, String file) {
    Pattern name = Pattern.compile(".*/" + Pattern.quote(file) + "(\\.[0-9.]+)?");
    return distinct(
        maps.filter(line -> line.contains(file))
            .map(LoadedLibraries::path)
            .filter(path -> name.matcher(path).matches()));
  }

  private static String path(String line) {
    int slash = line.indexOf('/');
    String path = slash < 0 ? "" : line.substring(slash);
    return path.endsWith(DELETED) ? path.substring(0, path.length() - DELETED.length()) : path;
  }

  private static List<Path> distinct(Stream<String> paths) {
    Set<Path> once = new LinkedHashSet<>();
    paths.forEach(path -> once.add(Path.of(path)));
    return List.copyOf(once);
  }

  @SuppressWarnings("restricted") // dyld is asked what Java does not tell
  private static Stream<String> dyldImages() {
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
      Stream.Builder<String> images = Stream.builder();
      int loaded = (int) count.invokeExact();
      for (int i = 0; i < loaded; i++) {
        images.add(CStrings.read((MemorySegment) nameOf.invokeExact(i)));
      }
      return images.build();
    } catch (Throwable thrown) {
      throw Downcall.rethrow(thrown);
    }
  }
}
