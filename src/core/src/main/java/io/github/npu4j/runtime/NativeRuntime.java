package io.github.npu4j.runtime;

import io.github.npu4j.store.Cache;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The native libraries that there are for this process, and where.
 *
 * <p>Looking loads no library. Each answer is found at the first question and then kept. Qualcomm's
 * libraries are taken from one folder, so that their versions agree; the order is: {@code
 * -Dnpu4j.runtime}, {@code NPU4J_RUNTIME}, the pinned version in npu4j's cache, {@code
 * QNN_SDK_ROOT} and {@code QAIRT_SDK_ROOT}, other versions in the cache, then the places where
 * Qualcomm's installers put them.
 *
 * <p>Safe for use by many threads.
 */
public final class NativeRuntime {

  /** The system property that names a folder with native libraries, ahead of all other places. */
  public static final String RUNTIME_PROPERTY = "npu4j.runtime";

  /** The environment variable that names a folder with native libraries. */
  public static final String RUNTIME_VARIABLE = "NPU4J_RUNTIME";

  private final Platform platform;
  private final Cache cache;
  private final Supplier<LibrarySearch> qnnFolder;
  private final Supplier<LibrarySearch> core;

  private NativeRuntime(Platform platform, Cache cache, Settings settings) {
    this.platform = platform;
    this.cache = cache;
    this.qnnFolder = once(new QnnFolder(platform, cache, settings)::locate);
    this.core = once(new CoreLibrary(platform, cache, settings)::locate);
  }

  /** Returns the libraries for this process, with the user's cache. */
  public static NativeRuntime find() {
    return find(Platform.current(), Cache.standard());
  }

  /** Returns the libraries for a platform, which may be another than this one, in a cache. */
  public static NativeRuntime find(Platform platform, Cache cache) {
    return find(platform, cache, Settings.PROCESS);
  }

  static NativeRuntime find(Platform platform, Cache cache, Settings settings) {
    return new NativeRuntime(platform, cache, settings);
  }

  /** Returns the platform that the libraries are for. */
  public Platform platform() {
    return platform;
  }

  /** Returns the cache that is searched. */
  public Cache cache() {
    return cache;
  }

  /**
   * Returns ONNX Runtime's core library: the copy that this process has loaded already, else the
   * one that the user names, else that of Maven's jar, which the first call unpacks into the cache.
   *
   * <p>ORT's Java package is told to load the same copy, by its system property {@code
   * onnxruntime.native.path}, unless it has loaded one or the user has set the property.
   */
  public LibrarySearch onnxruntime() {
    return core.get();
  }

  /** Returns the folder that holds Qualcomm's libraries. */
  public LibrarySearch qnnFolder() {
    return qnnFolder.get();
  }

  /** Returns QNN's HTP backend: of the NPU, or the emulator where {@link Platform#emulatesHtp}. */
  public LibrarySearch qnnHtp() {
    return qnnLibrary("QnnHtp");
  }

  /** Returns QNN's system library, which reads context binaries without a device. */
  public LibrarySearch qnnSystem() {
    return qnnLibrary("QnnSystem");
  }

  /** Returns the QNN execution provider, a plugin that ONNX Runtime loads. */
  public LibrarySearch qnnProvider() {
    LibrarySearch beside = qnnLibrary("onnxruntime_providers_qnn");
    if (beside instanceof LibrarySearch.Absent
        && qnnFolder() instanceof LibrarySearch.Found folder) {
      LibrarySearch installed =
          new QnnFolder(platform, cache, ONLY_CACHE).locate(); // an SDK has no ORT plugin in it
      if (installed instanceof LibrarySearch.Found other && !other.path().equals(folder.path())) {
        return inFolder(other, platform.libraryFile("onnxruntime_providers_qnn"));
      }
    }
    return beside;
  }

  /** Returns another of Qualcomm's libraries by its plain name, such as {@code QnnSaver}. */
  public LibrarySearch qnnLibrary(String name) {
    String file = platform.libraryFile(name);
    return switch (qnnFolder()) {
      case LibrarySearch.Absent absent ->
          new LibrarySearch.Absent(file, absent.reasons(), absent.advice());
      case LibrarySearch.Found folder -> inFolder(folder, file);
    };
  }

  /**
   * Returns the folder with the skel libraries, which the NPU's own processor loads. The emulator
   * needs none.
   */
  public LibrarySearch skelFolder() {
    String what = "the folder of libQnnHtpV*Skel.so";
    if (platform.emulatesHtp()) {
      return new LibrarySearch.Absent(
          what, List.of("the HTP library of " + platform + " is an emulator and needs none"), "");
    }
    if (!(qnnFolder() instanceof LibrarySearch.Found folder)) {
      LibrarySearch.Absent absent = (LibrarySearch.Absent) qnnFolder();
      return new LibrarySearch.Absent(what, absent.reasons(), absent.advice());
    }
    List<String> reasons = new ArrayList<>();
    for (Path candidate : skelCandidates(folder.path())) {
      if (holdsSkel(candidate)) {
        return new LibrarySearch.Found(what, candidate, folder.origin(), reasons);
      }
      reasons.add("none in " + candidate);
    }
    return new LibrarySearch.Absent(what, reasons, QnnFolder.INSTALL_ADVICE);
  }

  /**
   * Tells FastRPC where the skel libraries are, by {@code ADSP_LIBRARY_PATH} in the native
   * environment of this process. To be called before the HTP library is loaded; does nothing where
   * the variable names the folder already, or where there is no skel.
   *
   * @return the value that native code sees from now on, or {@code null} if nothing was to be done
   */
  public @Nullable String announceSkels() {
    return skelFolder() instanceof LibrarySearch.Found skels
        ? SkelPath.announce(platform, skels.path(), System.getenv(SkelPath.VARIABLE))
        : null;
  }

  private static final Settings ONLY_CACHE =
      new Settings() {
        @Override
        public @Nullable String property(String name) {
          return null;
        }

        @Override
        public @Nullable String variable(String name) {
          return null;
        }
      };

  private static LibrarySearch inFolder(LibrarySearch.Found folder, String file) {
    Path library = folder.path().resolve(file);
    if (Files.isRegularFile(library)) {
      return new LibrarySearch.Found(file, library, folder.origin(), folder.passedOver());
    }
    return new LibrarySearch.Absent(
        file, List.of(folder.origin() + ": not in " + folder.path()), QnnFolder.INSTALL_ADVICE);
  }

  private static List<Path> skelCandidates(Path libraries) {
    List<Path> candidates = new ArrayList<>();
    candidates.add(libraries);
    Path sdkLib = libraries.getParent();
    if (sdkLib != null) {
      candidates.add(sdkLib.resolve("hexagon-v81").resolve("unsigned"));
      candidates.add(sdkLib.resolve("hexagon-v73").resolve("unsigned"));
    }
    candidates.add(Path.of("/usr/lib/dsp/cdsp"));
    return candidates;
  }

  private static boolean holdsSkel(Path folder) {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (DirectoryStream<Path> skels = Files.newDirectoryStream(folder, "libQnnHtpV*Skel.so")) {
      return skels.iterator().hasNext();
    } catch (IOException unreadable) {
      return false;
    }
  }

  private static Supplier<LibrarySearch> once(Supplier<LibrarySearch> search) {
    return new Supplier<>() {
      private @Nullable LibrarySearch answer;

      @Override
      public synchronized LibrarySearch get() {
        LibrarySearch known = answer;
        if (known == null) {
          known = search.get();
          answer = known;
        }
        return known;
      }
    };
  }
}
