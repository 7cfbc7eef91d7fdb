package io.github.npu4j.runtime;

import io.github.npu4j.internal.file.AtomicFile;
import io.github.npu4j.store.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an installed folder held when it was installed: a list of its files with their sizes and
 * SHA-256. A library that was cut short since ends the process that loads it.
 */
final class InstalledFiles {

  /** The list's name in the folder. */
  static final String LIST = "npu4j-files.txt";

  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) ([0-9]{1,18}) (.+)");
  private static final long LONGEST_LIST = 1 << 20;
  private static final Pattern LIBRARY =
      Pattern.compile("(?!.*Skel\\.so$).*\\.(so(\\.[0-9.]+)?|dll)");

  private InstalledFiles() {}

  /** Writes the list of a folder's files into it. */
  static void record(Path folder) throws IOException {
    StringBuilder list = new StringBuilder();
    for (Path file : files(folder)) {
      String name = folder.relativize(file).toString().replace('\\', '/');
      list.append(Digest.sha256(file)).append(' ').append(Files.size(file)).append(' ');
      list.append(name).append('\n');
    }
    AtomicFile.write(folder.resolve(LIST), list.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Returns what is wrong with an installed folder, or {@code null}: every byte is compared with
   * the list, or where an older npu4j wrote none, libraries that are cut off are found.
   */
  static @Nullable String defect(Path folder) throws IOException {
    Path list = folder.resolve(LIST);
    if (!Files.isRegularFile(list) || Files.size(list) > LONGEST_LIST) {
      return cutOff(folder);
    }
    for (String line : Files.readString(list, StandardCharsets.UTF_8).lines().toList()) {
      Matcher entry = LINE.matcher(line);
      if (!entry.matches()) {
        return LIST + " is damaged";
      }
      Path file = folder.resolve(entry.group(3));
      if (!Files.isRegularFile(file)) {
        return entry.group(3) + " is missing";
      }
      if (Files.size(file) != Long.parseLong(entry.group(2))) {
        return entry.group(3) + " has " + Files.size(file) + " of " + entry.group(2) + " bytes";
      }
      if (!Digest.sha256(file).equals(entry.group(1))) {
        return entry.group(3) + " has another SHA-256 than when it was installed";
      }
    }
    return null;
  }

  /** Returns which library in a folder, or in one of its folders, is cut off; else {@code null}. */
  static @Nullable String cutOff(Path folder) throws IOException {
    for (Path file : files(folder)) {
      if (LIBRARY.matcher(String.valueOf(file.getFileName())).matches()
          && LibraryFile.isCutOff(file)) {
        return folder.relativize(file) + " is cut off";
      }
    }
    return null;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder, 3)) {
      return walk.filter(Files::isRegularFile).sorted().toList();
    } catch (UncheckedIOException changing) {
      throw changing.getCause();
    }
  }
}
