package io.github.npu4j.artifact;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.internal.file.IoErrors;
import io.github.npu4j.store.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The SHA-256 of every file of a model folder, so that an application ships the digests of the
 * model that it was tested with, and opens no other.
 *
 * <p>As text it has one line a file, as {@code sha256sum} prints and checks them: the digest, two
 * spaces, and the path below the folder with {@code /} between names. A folder fits if it has these
 * files with these contents and no others, for any file may change what a model does. Links are
 * followed.
 *
 * <p>The digests are compared before anything is read of the model. They don't hold for what is
 * changed between that and the reading: a folder that others may write is not made safe by them.
 * Immutable.
 */
public final class FolderManifest {

  /** The largest text that is read, in bytes. */
  private static final long LARGEST_TEXT = 16 << 20;

  /** What {@code sha256sum} prints of a file read as text, and, with the star, as bytes. */
  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) [ *](.+)");

  private static final Set<String> NOT_NAMES = Set.of("", ".", "..");

  private static final String ADVICE = "npu4j manifest FOLDER writes one.";

  private final SortedMap<String, String> files;

  private FolderManifest(SortedMap<String, String> files) {
    this.files = Collections.unmodifiableSortedMap(files);
  }

  /**
   * Reads every file of a folder.
   *
   * @throws ModelMissingException if there is no such folder, or nothing in it
   * @throws BadModelException if a file can't be read, or has a name that a line can't hold
   */
  public static FolderManifest of(Path folder) {
    SortedMap<String, Path> found = list(folder);
    if (found.isEmpty()) {
      throw new ModelMissingException(folder + " is empty", "", "");
    }
    for (String name : found.keySet()) {
      if (name.lines().count() != 1 || !isBelow(name)) {
        throw new BadModelException(
            "there can be no manifest of " + folder,
            "the name of " + found.get(name) + " does not fit into a line",
            "Give it another name.");
      }
    }
    return new FolderManifest(digests(found));
  }

  /**
   * Reads a manifest.
   *
   * @throws ModelMissingException if there is no such file
   * @throws BadModelException if it is no manifest of a folder
   */
  public static FolderManifest read(Path file) {
    try {
      if (Files.size(file) > LARGEST_TEXT) {
        throw refused(file.toString(), "it is larger than any manifest");
      }
      return parse(Files.readString(file), file.toString());
    } catch (NoSuchFileException absent) {
      throw new ModelMissingException("there is no manifest " + file, "", ADVICE, absent);
    } catch (IOException unreadable) {
      throw new BadModelException(
          file + " can't be read", IoErrors.reason(unreadable), "", unreadable);
    }
  }

  /**
   * Reads a manifest that a program carries in itself.
   *
   * @param text what {@link #toString()} returns
   * @param name what to call it in errors
   * @throws BadModelException if it is no manifest of a folder
   */
  public static FolderManifest parse(String text, String name) {
    SortedMap<String, String> files = new TreeMap<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      Matcher parts = LINE.matcher(line);
      if (!parts.matches()) {
        throw refused(name, "line " + number + " is not a SHA-256, two spaces and a path");
      }
      String path = parts.group(2);
      if (!isBelow(path)) {
        throw refused(name, "the path of line " + number + " leads out of the folder");
      }
      if (files.put(path, parts.group(1)) != null) {
        throw refused(name, "it names " + path + " twice");
      }
    }
    if (files.isEmpty()) {
      throw refused(name, "it is empty");
    }
    return new FolderManifest(files);
  }

  /** Returns the SHA-256 of each file in lower-case hexadecimal, by its path below the folder. */
  public SortedMap<String, String> files() {
    return files;
  }

  /**
   * Compares a folder with this.
   *
   * @throws ModelMissingException if there is no such folder
   * @throws BadModelException if a file is missing, is one more or has another content; the message
   *     names it
   */
  public void verify(Path folder) {
    SortedMap<String, Path> found = list(folder);
    for (String name : files.keySet()) {
      if (!found.containsKey(name)) {
        throw differs(folder, "it has no " + name);
      }
    }
    for (String name : found.keySet()) {
      if (!files.containsKey(name)) {
        throw differs(folder, "the manifest does not have its " + name);
      }
    }
    Map<String, String> digests = digests(found);
    for (Map.Entry<String, String> file : files.entrySet()) {
      if (!file.getValue().equals(digests.get(file.getKey()))) {
        throw differs(folder, "the content of " + file.getKey() + " is another");
      }
    }
  }

  /** Returns the lines. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    files.forEach((path, digest) -> text.append(digest).append("  ").append(path).append('\n'));
    return text.toString();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FolderManifest manifest && files.equals(manifest.files);
  }

  @Override
  public int hashCode() {
    return files.hashCode();
  }

  /** Returns the files of a folder by their paths below it. */
  private static SortedMap<String, Path> list(Path folder) {
    if (Files.isRegularFile(folder)) {
      throw new BadModelException(
          folder + " can't be compared with a manifest",
          "it is a single file, and a manifest is of a folder",
          "Name the model folder.");
    }
    if (!Files.isDirectory(folder)) {
      throw new ModelMissingException("there is no folder " + folder, "", "Check the path.");
    }
    SortedMap<String, Path> files = new TreeMap<>();
    try {
      Files.walkFileTree(
          folder,
          Set.of(FileVisitOption.FOLLOW_LINKS),
          Integer.MAX_VALUE,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (!attributes.isRegularFile()) {
                throw new BadModelException(
                    folder + " can't be compared with a manifest",
                    file + " is neither a file nor a folder",
                    "Remove it.");
              }
              files.put(String.join("/", names(folder.relativize(file))), file);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException unreadable) {
      throw new BadModelException(
          folder + " can't be read", IoErrors.reason(unreadable), "", unreadable);
    }
    return files;
  }

  private static List<String> names(Path relative) {
    return StreamSupport.stream(relative.spliterator(), false).map(Path::toString).toList();
  }

  private static SortedMap<String, String> digests(Map<String, Path> files) {
    SortedMap<String, String> digests = Collections.synchronizedSortedMap(new TreeMap<>());
    try {
      files.entrySet().parallelStream()
          .forEach(file -> digests.put(file.getKey(), digest(file.getValue())));
    } catch (UncheckedIOException unreadable) {
      throw new BadModelException(
          "a file of the model can't be read",
          String.valueOf(unreadable.getMessage()),
          "",
          unreadable);
    }
    return digests;
  }

  private static String digest(Path file) {
    try {
      return Digest.sha256(file);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(file + ": " + IoErrors.reason(unreadable), unreadable);
    }
  }

  /** Returns whether a path has only names, so that it stays below the folder on every system. */
  private static boolean isBelow(String path) {
    return path.indexOf('\\') < 0
        && path.indexOf(':') < 0
        && path.indexOf('\0') < 0
        && List.of(path.split("/", -1)).stream().noneMatch(NOT_NAMES::contains);
  }

  private static BadModelException differs(Path folder, String how) {
    return new BadModelException(
        folder + " is not the model of the manifest",
        how,
        "Use the folder that the manifest was made of, or make another if the change is yours.");
  }

  private static BadModelException refused(String name, String why) {
    return new BadModelException(name + " is no manifest of a model folder", why, ADVICE);
  }
}
