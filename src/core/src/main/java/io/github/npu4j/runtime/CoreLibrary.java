package io.github.npu4j.runtime;

import io.github.npu4j.internal.ffm.Environment;
import io.github.npu4j.internal.file.AtomicFile;
import io.github.npu4j.internal.process.ChildJvm;
import io.github.npu4j.runtime.Platform.Cpu;
import io.github.npu4j.runtime.libraries.LoadedLibraries;
import io.github.npu4j.runtime.libraries.RuntimeLock;
import io.github.npu4j.runtime.libraries.RuntimeLock.JarLibrary;
import io.github.npu4j.store.Cache;
import io.github.npu4j.store.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Looks for ONNX Runtime's core library, so that this process has one copy of it.
 *
 * <p>ORT's Java package unpacks the library from its jar into a temporary folder at each start. It
 * is unpacked once into the cache instead, with the JNI library beside it, and the Java package is
 * sent there by its own system property: both ways into ORT then share one copy, one environment
 * and one set of plugins, and the Java package starts faster.
 */
final class CoreLibrary {

  /**
   * The folder that ORT's Java package loads both its libraries from (ai.onnxruntime.OnnxRuntime).
   */
  static final String JAVA_FOLDER = "onnxruntime.native.path";

  /** The file that ORT's Java package loads as its core library. */
  static final String JAVA_FILE = "onnxruntime.native.onnxruntime.path";

  /** How the URL of a file inside a jar begins, and what stands between the two. */
  private static final String JAR_FILE = "jar:file:";

  private static final String JAR_SEPARATOR = "!/";

  private static final String WHAT = "ONNX Runtime";

  /** What {@link #share} has set; whatever else the property says is the user's. */
  private static volatile @Nullable String shared;

  private final Platform platform;
  private final Cache cache;
  private final Settings settings;
  private final String core;
  private final String jni;

  CoreLibrary(Platform platform, Cache cache, Settings settings) {
    this.platform = platform;
    this.cache = cache;
    this.settings = settings;
    this.core = platform.libraryFile("onnxruntime");
    this.jni = platform.libraryFile("onnxruntime4j_jni");
  }

  LibrarySearch locate() {
    boolean here = platform.equals(Platform.current());
    if (here) {
      // Whatever is found below: the Java package makes an environment by itself, also of a library
      // that it unpacks itself.
      Environment.refuseTelemetry();
      List<Path> loaded = LoadedLibraries.onnxruntimes();
      if (!loaded.isEmpty()) {
        return found(loaded.getFirst(), "loaded in this process already", List.of());
      }
    }
    LibrarySearch located = onDisk();
    if (here && located instanceof LibrarySearch.Found found) {
      share(found.path());
    }
    return located;
  }

  private LibrarySearch onDisk() {
    List<String> reasons = new ArrayList<>();
    for (Choice choice : choices()) {
      Path file = choice.path;
      if (Files.isRegularFile(file)) {
        return found(file, choice.origin, reasons);
      }
      reasons.add(choice.origin + ": no " + file);
    }
    Optional<Path> installed =
        cache.find(Cache.Section.RUNTIME, RuntimeLock.pinned().ortEntryName(platform.name()));
    boolean inWheel = RuntimeLock.pinned().jarLibrary(platform.name()).isEmpty();
    if (inWheel && installed.isPresent()) {
      return found(installed.get().resolve(core), "npu4j's cache", reasons);
    }
    return fromJar(reasons);
  }

  private record Choice(String origin, Path path) {}

  private List<Choice> choices() {
    List<Choice> choices = new ArrayList<>();
    add(choices, JAVA_FOLDER, ofUser(JAVA_FOLDER), core);
    add(choices, JAVA_FILE, ofUser(JAVA_FILE), "");
    String property = settings.property(NativeRuntime.RUNTIME_PROPERTY);
    String variable = settings.variable(NativeRuntime.RUNTIME_VARIABLE);
    add(choices, "-D" + NativeRuntime.RUNTIME_PROPERTY, property, core);
    add(choices, NativeRuntime.RUNTIME_VARIABLE, variable, core);
    return choices;
  }

  private static void add(List<Choice> to, String origin, @Nullable String folder, String file) {
    if (folder != null) {
      to.add(new Choice(origin, Path.of(folder).toAbsolutePath().normalize().resolve(file)));
    }
  }

  private LibrarySearch fromJar(List<String> reasons) {
    URL resource = resource(core);
    if (resource == null) {
      reasons.add("the class path has no com.microsoft.onnxruntime:onnxruntime for " + platform);
      String advice =
          RuntimeLock.pinned().jarLibrary(platform.name()).isPresent()
              ? "Add the dependency com.microsoft.onnxruntime:onnxruntime:"
                  + RuntimeLock.pinned().ortVersion()
                  + "."
              : QnnFolder.INSTALL_ADVICE;
      return new LibrarySearch.Absent(WHAT, reasons, advice);
    }
    try {
      String entry = jarEntryName(resource);
      Path folder = cache.publish(Cache.Section.RUNTIME, entry, this::unpack);
      if (InstalledFiles.cutOff(folder) != null) {
        cache.remove(Cache.Section.RUNTIME, entry);
        folder = cache.publish(Cache.Section.RUNTIME, entry, this::unpack);
      }
      return found(folder.resolve(core), "ONNX Runtime's jar, unpacked in npu4j's cache", reasons);
    } catch (IOException unwritable) {
      reasons.add(String.valueOf(unwritable.getMessage()));
    }
    try {
      Path folder = TemporaryFolder.create(this::unpack);
      return found(folder.resolve(core), "ONNX Runtime's jar, unpacked until this exits", reasons);
    } catch (IOException failed) {
      reasons.add("no temporary folder: " + failed);
      return new LibrarySearch.Absent(
          WHAT,
          reasons,
          "Name a folder that can be written by -D"
              + Cache.HOME_PROPERTY
              + " or "
              + Cache.HOME_VARIABLE
              + ".");
    }
  }

  /** Names the cache entry by the version if the jar is the pinned one, else by its content. */
  private String jarEntryName(URL resource) throws IOException {
    JarLibrary present = jarLibrary(resource);
    boolean isPinned =
        pinned()
            .map(p -> p.bytes() == present.bytes() && p.crc32() == present.crc32())
            .orElse(false);
    return isPinned
        ? RuntimeLock.pinned().ortEntryName(platform.name())
        : "ort-"
            + Long.toHexString(present.crc32())
            + "-"
            + present.bytes()
            + "-"
            + platform.name();
  }

  private JarLibrary jarLibrary(URL resource) throws IOException {
    return jarLibrary(resource, platform.name());
  }

  /**
   * Reads size and CRC-32 of a library, from the directory of its jar where there is one: the
   * file's, which the class loader has open already, or that of a jar within a jar ({@code
   * jar:nested:}), as an application in one jar has it.
   */
  static JarLibrary jarLibrary(URL resource, String platform) throws IOException {
    String url = resource.toString();
    int entry = url.indexOf(JAR_SEPARATOR);
    if (url.startsWith(JAR_FILE) && entry >= 0) {
      Path jar = Path.of(URI.create(url.substring("jar:".length(), entry)));
      try (ZipFile zip = new ZipFile(jar.toFile())) {
        ZipEntry library = zip.getEntry(url.substring(entry + JAR_SEPARATOR.length()));
        if (library == null) {
          throw new IOException(jar + " has no " + url.substring(entry + 1) + " any more");
        }
        return new JarLibrary(platform, library.getSize(), library.getCrc(), "");
      }
    }
    URLConnection connection = resource.openConnection();
    ZipEntry library = connection instanceof JarURLConnection jar ? jar.getJarEntry() : null;
    if (library != null && library.getSize() >= 0 && library.getCrc() >= 0) {
      return new JarLibrary(platform, library.getSize(), library.getCrc(), "");
    }
    CRC32 crc = new CRC32();
    try (CheckedInputStream in = new CheckedInputStream(connection.getInputStream(), crc)) {
      long size = in.transferTo(OutputStream.nullOutputStream());
      return new JarLibrary(platform, size, crc.getValue(), "");
    }
  }

  private Optional<JarLibrary> pinned() {
    return RuntimeLock.pinned().jarLibrary(platform.name());
  }

  private void unpack(Path folder) throws IOException {
    for (String file : List.of(core, jni, platform.libraryFile("onnxruntime_providers_shared"))) {
      URL resource = resource(file);
      if (resource != null) {
        try (InputStream in = resource.openStream()) {
          AtomicFile.write(folder.resolve(file), in);
        }
      }
    }
    URL resource = resource(core);
    if (resource != null
        && jarEntryName(resource).equals(RuntimeLock.pinned().ortEntryName(platform.name()))) {
      String sha256 = Digest.sha256(folder.resolve(core));
      String expected = pinned().orElseThrow().sha256();
      if (!sha256.equals(expected)) {
        throw new IOException(
            core + " in ONNX Runtime's jar has SHA-256 " + sha256 + " instead of " + expected);
      }
    }
  }

  private @Nullable URL resource(String file) {
    String os =
        switch (platform.os()) {
          case LINUX -> "linux";
          case WINDOWS -> "win";
          case MACOS -> "osx";
          case OTHER -> "other";
        };
    String cpu = platform.vm() == Cpu.ARM64 ? "aarch64" : "x64";
    try {
      Class<?> ort =
          Class.forName("ai.onnxruntime.OrtEnvironment", false, CoreLibrary.class.getClassLoader());
      return ort.getResource("/ai/onnxruntime/native/" + os + "-" + cpu + "/" + file);
    } catch (ClassNotFoundException absent) {
      return null;
    }
  }

  /** Sends ORT's Java package to the same copy, unless the user has sent it somewhere. */
  private void share(Path library) {
    if (ofUser(JAVA_FOLDER) != null || ofUser(JAVA_FILE) != null) {
      return;
    }
    Path folder = library.getParent();
    if (folder != null && Files.isRegularFile(folder.resolve(jni))) {
      set(JAVA_FOLDER, folder.toString());
    } else {
      set(JAVA_FILE, library.toString());
    }
  }

  private static void set(String property, String value) {
    shared = value;
    ChildJvm.keepFromChildren(value);
    System.setProperty(property, value);
  }

  /** Returns whether a property's value is what this class has set, and not the user's choice. */
  private static boolean isOurs(String value) {
    return value.equals(shared);
  }

  private @Nullable String ofUser(String property) {
    String value = settings.property(property);
    return value == null || isOurs(value) ? null : value;
  }

  private static LibrarySearch.Found found(Path path, String origin, List<String> reasons) {
    return new LibrarySearch.Found(WHAT, path, origin, reasons);
  }
}
