package io.github.npu4j.tokenizer.huggingface;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.github.npu4j.error.RuntimeMissingException;
import io.github.npu4j.internal.access.NativeAccess;
import io.github.npu4j.internal.file.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks and loads the native library behind DJL's JNI class.
 *
 * <p>DJL would do so by itself, but it looks for CUDA first through JNA (200 ms), unpacks to a
 * folder of its own, may download, and reports home once a day. None of that code is called from
 * here. A library that somebody else in the process loaded through DJL is used as it is. Once
 * loaded it stays for the life of the process.
 */
final class TokenizerLibrary {

  private static final String RESOURCES = "native/lib/";

  /** What tokenizers.dll was linked with, in the order they need each other. */
  private static final List<String> WINDOWS_LIBRARIES =
      List.of("libwinpthread-1.dll", "libgcc_s_seh-1.dll", "libstdc++-6.dll", "tokenizers.dll");

  private static boolean loaded;

  /** The file that was loaded here; none if somebody else loaded the library. */
  private static Optional<Path> file = Optional.empty();

  private TokenizerLibrary() {}

  /**
   * Loads the library unless it is loaded.
   *
   * @param folder where a folder for this version is made
   * @return the library's file; empty if somebody else in the process loaded it
   * @throws RuntimeMissingException if there is none for this platform, or it can't be loaded
   */
  static synchronized Optional<Path> load(Path folder) {
    if (loaded || isLinked()) {
      loaded = true;
      return file;
    }
    String platform = platform();
    try {
      Path unpacked =
          folder.toAbsolutePath().resolve("tokenizers").resolve(version() + "-" + platform);
      Files.createDirectories(unpacked);
      for (String library : libraries()) {
        Path part = unpacked.resolve(library);
        if (!Files.exists(part)) {
          unpack(RESOURCES + platform + "/cpu/" + library, part);
        }
        loadFile(part);
        file = Optional.of(part);
      }
    } catch (IOException e) {
      throw missing(
          "it can't be unpacked to " + folder + ", " + e, "Make that folder writable.", e);
    } catch (IllegalCallerException e) {
      throw NativeAccess.denied("the native tokenizer library", TokenizerLibrary.class, e);
    } catch (UnsatisfiedLinkError e) {
      String words = String.valueOf(e.getMessage());
      throw missing(words, advice(platform, words), e);
    }
    if (!isLinked()) {
      throw missing(
          "npu4j and ai.djl.huggingface:tokenizers come from different class loaders",
          "Put both jars into one.",
          null);
    }
    loaded = true;
    return file;
  }

  /** Turns the dynamic loader's words into what to do about it. */
  static String advice(String platform, String words) {
    if (platform.startsWith("win-")) {
      return "It needs Microsoft's Visual C++ runtime (VCRUNTIME140.dll): install the Visual C++"
          + " Redistributable for x64.";
    }
    return words.contains("GLIBC_") || words.contains("GLIBCXX_")
        ? "It needs a newer system: Debian 12, Ubuntu 22.04, or newer."
        : "If its file is damaged, delete its folder: it is unpacked anew.";
  }

  @SuppressWarnings("restricted") // the one native access of this room
  private static void loadFile(Path file) {
    System.load(file.toString());
  }

  /** Asks for a tokenizer out of nothing, which is refused if there is somebody to refuse it. */
  private static boolean isLinked() {
    try {
      TokenizersLibrary.LIB.deleteTokenizer(TokenizersLibrary.LIB.createTokenizerFromString(""));
      return true;
    } catch (UnsatisfiedLinkError e) {
      return false;
    } catch (IllegalCallerException e) {
      throw NativeAccess.denied("the native tokenizer library", TokenizersLibrary.class, e);
    } catch (RuntimeException e) {
      return true;
    }
  }

  private static void unpack(String resource, Path file) throws IOException {
    try (InputStream in = open(resource)) {
      AtomicFile.write(file, in);
    } catch (IOException e) {
      if (!Files.exists(file)) { // else another process was faster
        throw e;
      }
    }
  }

  private static InputStream open(String resource) {
    InputStream in = TokenizersLibrary.class.getClassLoader().getResourceAsStream(resource);
    if (in == null) {
      throw missing(
          "the jar of ai.djl.huggingface:tokenizers has no " + resource,
          "It has libraries for Linux, for macOS on ARM64, and for Windows on x64; on Windows on"
              + " ARM64 use an x64 Java.",
          null);
    }
    return in;
  }

  private static String version() throws IOException {
    Properties properties = new Properties();
    try (InputStream in = open(RESOURCES + "tokenizers.properties")) {
      properties.load(in);
    }
    return properties.getProperty("version", "unknown").replaceAll("[^A-Za-z0-9._-]", "_");
  }

  private static List<String> libraries() {
    return platform().startsWith("win-")
        ? WINDOWS_LIBRARIES
        : List.of(System.mapLibraryName("tokenizers"));
  }

  private static String platform() {
    return platform(System.getProperty("os.name"), System.getProperty("os.arch"));
  }

  /** Returns the folder of a platform in the jar. */
  static String platform(String osName, String architecture) {
    String os = osName.toLowerCase(Locale.ROOT);
    String system = os.startsWith("windows") ? "win" : os.startsWith("mac") ? "osx" : "linux";
    return system + "-" + (architecture.equals("amd64") ? "x86_64" : architecture);
  }

  private static RuntimeMissingException missing(
      String why, String advice, @Nullable Throwable cause) {
    return new RuntimeMissingException(
        "the native tokenizer library can't be used", why, advice, cause);
  }
}
