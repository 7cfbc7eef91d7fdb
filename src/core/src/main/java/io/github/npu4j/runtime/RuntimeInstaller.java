package io.github.npu4j.runtime;

import io.github.npu4j.error.RuntimeMissingException;
import io.github.npu4j.internal.process.UserProgram;
import io.github.npu4j.internal.process.UserProgram.Outcome;
import io.github.npu4j.runtime.libraries.RuntimeLock;
import io.github.npu4j.runtime.libraries.RuntimeLock.Wheel;
import io.github.npu4j.store.Cache;
import io.github.npu4j.store.Digest;
import io.github.npu4j.store.Progress;
import io.github.npu4j.store.files.FileTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Brings the pinned native libraries into the cache.
 *
 * <p>A wheel comes from the user's own pip, so that the user's mirror, proxy and certificates hold,
 * or from a file. It is unpacked only if its SHA-256 is the pinned one. Each version and platform
 * has a folder of its own, that appears whole or not at all; several processes may install at once.
 */
public final class RuntimeInstaller {

  private static final UserProgram PIP =
      new UserProgram(
          List.of(
              List.of("python3", "-m", "pip"),
              List.of("pip3"),
              List.of("pip"),
              List.of("py", "-m", "pip"),
              List.of("python", "-m", "pip")),
          Pattern.compile("No module named pip|Python was not found"));

  private static final Logger LOG = System.getLogger(RuntimeInstaller.class.getName());

  private final Cache cache;
  private final RuntimeLock lock;
  private final UserProgram pip;

  /** Makes an installer of the pinned versions into a cache. */
  public RuntimeInstaller(Cache cache) {
    this(cache, RuntimeLock.pinned(), PIP);
  }

  RuntimeInstaller(Cache cache, RuntimeLock lock, UserProgram pip) {
    this.cache = cache;
    this.lock = lock;
    this.pip = pip;
  }

  /**
   * Installs what a platform needs and does not have, by the user's pip. What is there and was
   * damaged since is installed anew.
   *
   * @param platform such as {@code linux-x64}; need not be this machine's
   * @param progress is called with each step
   * @return the folders, one a wheel
   * @throws RuntimeMissingException if there is no runtime for the platform, no pip, or the
   *     download fails, or what came is not what was pinned, or the cache can't be written
   */
  public List<Path> install(String platform, Progress progress) {
    List<Path> folders = new ArrayList<>();
    for (Wheel wheel : wheels(platform)) {
      folders.add(
          publish(
              wheel,
              folder -> {
                Path download = Files.createDirectory(folder.resolve(".download"));
                unpack(download(wheel, download, progress), wheel, folder, progress);
                FileTree.delete(download);
              }));
    }
    return List.copyOf(folders);
  }

  /**
   * Installs a wheel that the user has as a file, which is left as it is.
   *
   * @param file one of the pinned wheels, under any file name
   * @param progress is called with each step
   * @return its folder
   * @throws RuntimeMissingException if the file is none of the pinned wheels or can't be read
   */
  public Path installFile(Path file, Progress progress) {
    progress.at("checking", 0, 0);
    String sha256;
    try {
      sha256 = Digest.sha256(file);
    } catch (IOException unreadable) {
      throw new RuntimeMissingException(
          "can't install " + file,
          Files.exists(file) ? String.valueOf(unreadable.getMessage()) : "there is no such file",
          "Give the path of a wheel of " + projects() + ".",
          unreadable);
    }
    Wheel wheel =
        lock.wheelOf(sha256)
            .orElseThrow(() ->
                new RuntimeMissingException(
                    "can't install " + file,
                    "its SHA-256 " + sha256 + " is none of the pinned wheels'",
                    "ScoresNeeded is one of: " + String.join(", ", files()) + "."));
    return publish(wheel, folder -> unpack(file, wheel, folder, progress));
  }

  /** Returns the runtimes in the cache, of all versions and platforms. */
  public List<Cache.Entry> list() throws IOException {
    return cache.list(Cache.Section.RUNTIME);
  }

  /**
   * Removes a runtime from the cache.
   *
   * @param entryName its name in the cache, such as {@code qnn-2.7.0-linux-x64}
   * @return whether it was there
   */
  public boolean remove(String entryName) throws IOException {
    return cache.remove(Cache.Section.RUNTIME, entryName);
  }

  private List<Wheel> wheels(String platform) {
    List<Wheel> wheels = lock.wheels(platform);
    if (wheels.isEmpty()) {
      throw new RuntimeMissingException(
          "there is no NPU runtime for " + platform,
          "Qualcomm's libraries exist for " + String.join(", ", lock.platforms()),
          "Models run on the CPU here; to fetch the runtime of another machine name its platform.");
    }
    return wheels;
  }

  private Path publish(Wheel wheel, Cache.Fill fill) {
    try {
      Path known = cache.path(Cache.Section.RUNTIME, wheel.entryName());
      if (Files.isDirectory(known)) {
        String defect = InstalledFiles.defect(known);
        if (defect == null) {
          return known;
        }
        LOG.log(Level.WARNING, "Installing {0} again: {1}", known, defect);
        cache.remove(Cache.Section.RUNTIME, wheel.entryName());
      }
      return cache.publish(
          Cache.Section.RUNTIME,
          wheel.entryName(),
          folder -> {
            fill.into(folder);
            InstalledFiles.record(folder);
          });
    } catch (IOException | UncheckedIOException failed) {
      throw new RuntimeMissingException(
          "can't install " + wheel.file(), String.valueOf(failed.getMessage()), "", failed);
    }
  }

  private Path download(Wheel wheel, Path folder, Progress progress) throws IOException {
    progress.at("downloading", 0, wheel.bytes());
    List<String> arguments =
        List.of(
            "download",
            "--no-deps",
            "--only-binary=:all:",
            "--disable-pip-version-check",
            "--no-input",
            "--progress-bar=off",
            "--platform",
            wheel.tag(),
            "--python-version",
            wheel.python(),
            "--implementation",
            "cp",
            "--dest",
            folder.toString(),
            wheel.project() + "==" + wheel.version());
    // pip writes the download into its temporary folder, whose growth is the progress.
    String here = folder.toString();
    Map<String, String> temporary = Map.of("TMPDIR", here, "TEMP", here, "TMP", here);
    Outcome outcome =
        pip.run(
            arguments,
            temporary,
            folder,
            () -> progress.at("downloading", Math.min(size(folder), wheel.bytes()), wheel.bytes()));
    Path file = folder.resolve(wheel.file());
    return switch (outcome) {
      case Outcome.Done _ when Files.isRegularFile(file) -> file;
      case Outcome.Done done ->
          throw missing(wheel, "\"" + done.command() + "\" brought no file of that name", outcome);
      case Outcome.Failed failed ->
          throw missing(
              wheel,
              "\""
                  + failed.command()
                  + "\" ended with "
                  + failed.exit()
                  + ": "
                  + String.join(" | ", failed.lastLines()),
              outcome);
      case Outcome.Missing none ->
          throw missing(wheel, "no pip was found (" + String.join("; ", none.tried()) + ")", none);
    };
  }

  private static RuntimeMissingException missing(Wheel wheel, String why, Outcome outcome) {
    String mend =
        outcome instanceof Outcome.Missing
            ? "Install pip (the package python3-pip or python.org's installer), or get "
            : "Check pip's network settings, or get ";
    return new RuntimeMissingException(
        "can't download " + wheel.file(),
        why,
        mend
            + wheel.file()
            + " on another machine and run: npu4j runtime install --wheel "
            + wheel.file());
  }

  private static void unpack(Path file, Wheel wheel, Path folder, Progress progress)
      throws IOException {
    progress.at("checking", 0, 0);
    String sha256 = Digest.sha256(file);
    if (!sha256.equals(wheel.sha256())) {
      throw new RuntimeMissingException(
          "can't install " + wheel.file(),
          "its SHA-256 is " + sha256 + " instead of " + wheel.sha256(),
          "The download was damaged or the package index serves another file; nothing was "
              + "installed.");
    }
    WheelUnpacker.unpack(file, folder, WheelUnpacker.layout(wheel.kind()), progress);
  }

  private String projects() {
    return String.join(" or ", List.of("onnxruntime-qnn " + lock.qnnVersion()));
  }

  private List<String> files() {
    return lock.platforms().stream()
        .flatMap(platform -> lock.wheels(platform).stream())
        .map(Wheel::file)
        .toList();
  }

  private static long size(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException | UncheckedIOException changing) {
      return 0; // pip moves its files about; the next look will do
    }
  }
}
