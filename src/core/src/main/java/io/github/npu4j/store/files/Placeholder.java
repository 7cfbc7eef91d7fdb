package io.github.npu4j.store.files;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Recognises what stands where a model's file should be after a download that went wrong: a Git LFS
 * pointer, a web page, a server's error, half a file.
 *
 * <p>Every reader asks here first, so that the reason is told and not what its format makes of it.
 * Only the beginning of a file is looked at.
 */
public final class Placeholder {

  /** What is looked at of a file, in bytes; a pointer of Git LFS has some 130. */
  public static final int HEAD_BYTES = 1024;

  private static final String LFS = "version https://git-lfs";
  private static final Pattern LFS_SIZE = Pattern.compile("\nsize ([0-9]{1,18})(\n|$)");
  private static final Pattern XML_ERROR =
      Pattern.compile("^(<\\?xml[^>]*>\\s*)?<error>.*", Pattern.DOTALL);

  private static final String AGAIN = "Download it again.";

  private Placeholder() {}

  /**
   * Refuses a file that is something else's placeholder.
   *
   * @return the beginning of the file, {@link #HEAD_BYTES} at most
   * @throws ModelMissingException if there is no such file
   * @throws BadModelException if it is a placeholder, or can't be read
   */
  public static byte[] refuse(Path file) {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(HEAD_BYTES);
    } catch (NoSuchFileException absent) {
      throw new ModelMissingException("there is no file " + file, "", "Check the path.", absent);
    } catch (IOException unreadable) {
      throw new BadModelException(
          file + " can't be read",
          Files.isDirectory(file) ? "it is a folder" : String.valueOf(unreadable.getMessage()),
          "",
          unreadable);
    }
    refuse(head, file.toString());
    return head;
  }

  /**
   * Refuses the content of a file that is something else's placeholder.
   *
   * @param content the whole file
   * @param file its name, for the message
   * @throws BadModelException if it is one
   */
  public static void refuse(MemorySegment content, String file) {
    long length = Math.min(content.byteSize(), HEAD_BYTES);
    refuse(content.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), file);
  }

  /**
   * Refuses the content of a file that is something else's placeholder.
   *
   * @param content the file, or its beginning
   * @param file its name, for the message
   * @throws BadModelException if it is one
   */
  public static void refuse(byte[] content, String file) {
    if (content.length == 0 || !isText(content[0])) {
      return; // nearly every model: nothing is decoded for it
    }
    String head =
        new String(
            Arrays.copyOf(content, Math.min(content.length, HEAD_BYTES)), StandardCharsets.UTF_8);
    if (head.startsWith(LFS)) {
      Matcher size = LFS_SIZE.matcher(head);
      throw new BadModelException(
          file + " is a Git LFS pointer",
          "it stands for a file"
              + (size.find() ? " of " + size.group(1) + " bytes" : "")
              + " that was not downloaded",
          "Run git lfs pull in its repository, or download the file itself.");
    }
    String text = head.stripLeading().toLowerCase(Locale.ROOT);
    if (text.startsWith("\ufeff")) {
      text = text.substring(1).stripLeading();
    }
    if (text.startsWith("<!doctype html") || text.startsWith("<html")) {
      throw new BadModelException(
          file + " is a web page",
          "a server sent a page, perhaps of a login or an error, in place of the file",
          AGAIN);
    }
    if (XML_ERROR.matcher(text).matches()) {
      throw new BadModelException(
          file + " is a server's error message", "it was sent in place of the file", AGAIN);
    }
  }

  /**
   * Returns the error of a file that says how long it should be and is shorter.
   *
   * @param file its name, for the message
   * @param has how much is there
   * @param wants how much should be there
   * @param unit of what
   */
  public static BadModelException halfDownload(String file, long has, long wants, String unit) {
    return new BadModelException(
        file + " is cut off",
        "it has " + has + " of " + wants + " " + unit + ": a download or a copy stopped early",
        AGAIN);
  }

  /** Says what is wrong with an archive that Java's zip reader gave up on. */
  public static String zipDefect(IOException defect) {
    String words = String.valueOf(defect.getMessage());
    String lower = words.toLowerCase(Locale.ROOT);
    if (defect instanceof EOFException || lower.contains("end header not found")) {
      return "the archive is damaged: it is cut off, as when a download stops early";
    }
    return "the archive is damaged: " + words;
  }

  private static boolean isText(byte first) {
    return first == 'v' || first == '<' || first == (byte) 0xef || Character.isWhitespace(first);
  }
}
