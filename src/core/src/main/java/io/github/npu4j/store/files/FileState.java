package io.github.npu4j.store.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HexFormat;

/**
 * The present state of one file as names of cache entries, without reading it: by path, and by
 * size, times and the number that the file system has for it.
 *
 * @param file the same for every state of the file, 32 hexadecimal digits
 * @param state another one for each state, 32 hexadecimal digits
 * @param bytes the file's size
 */
public record FileState(String file, String state, long bytes) {

  /**
   * Looks at a file, or at what a link leads to.
   *
   * @throws IOException if there is none
   */
  public static FileState of(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    String state =
        attributes.size()
            + "|"
            + attributes.lastModifiedTime()
            + "|"
            + attributes.fileKey()
            + "|"
            + changeTime(file);
    return new FileState(hash(file.toString()), hash(state), attributes.size());
  }

  /** Returns a name of this state together with that of something else; empty for nothing else. */
  public String with(String other) {
    return other.isEmpty() ? state : hash(state + "|" + other);
  }

  /**
   * Returns when the file or its attributes changed last, as Unix keeps it. A program that sets a
   * file's time back, as copying with all attributes does, can't set this one. Windows keeps none
   * that Java tells.
   */
  private static Object changeTime(Path file) throws IOException {
    return file.getFileSystem().supportedFileAttributeViews().contains("unix")
        ? Files.getAttribute(file, "unix:ctime")
        : "";
  }

  /** Two simple sums, for a name that needs no protection against anybody. */
  private static String hash(String text) {
    long first = 0;
    long second = 0;
    for (int i = 0; i < text.length(); i++) {
      first = 31 * first + text.charAt(i);
      second = 1_000_003 * second ^ text.charAt(i);
    }
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(first) + hex.toHexDigits(second);
  }
}
