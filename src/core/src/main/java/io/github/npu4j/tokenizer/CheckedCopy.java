package io.github.npu4j.tokenizer;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.github.npu4j.store.FileState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The copy of a {@code tokenizer.json} that was looked over and found sound, so that later openings
 * need not look again.
 *
 * <p>The copy belongs to the state of one file: its path, size, time and number. It is the same
 * JSON in ASCII, every other character escaped, which Java reads without decoding it: a new virtual
 * machine takes far longer to look over and to decode a tokenizer than the native library takes to
 * make it. Where no copy can be written, the file is looked over each time.
 *
 * @param folder where the copies of all tokenizers are kept
 * @param copy where the copy is, or will be
 * @param ofFile what the names of all copies of the file begin with
 */
record CheckedCopy(Path folder, Path copy, String ofFile) {

  /** To be raised when {@link TokenizerJson} looks for more than before. */
  private static final int VERSION = 1;

  private static final String PREFIX = "checked-";

  /** So many copies are kept: files come and go, and some tokenizers are large. */
  static final int MOST = 16;

  private static final int END_OF_ASCII = 0x80;
  private static final HexFormat HEX = HexFormat.of();

  /**
   * Names the copy of a file's present state; to be called before the file is read.
   *
   * @param folder where the copies of all tokenizers are kept
   * @throws IOException if there is no such file
   */
  static CheckedCopy of(Path file, Path folder) throws IOException {
    FileState state = FileState.of(file.toRealPath());
    String ofFile = PREFIX + VERSION + "-" + state.file() + "-";
    return new CheckedCopy(folder, folder.resolve(ofFile + state.state() + ".json"), ofFile);
  }

  /** Returns the sound JSON, if there is a copy. */
  Optional<String> read() {
    try {
      return Optional.of(new String(Files.readAllBytes(copy), StandardCharsets.ISO_8859_1));
    } catch (IOException absent) {
      return Optional.empty();
    }
  }

  /**
   * Keeps a copy in place of those of earlier states, if the folder can be written.
   *
   * @param json what the file holds and {@link TokenizerJson} has nothing against
   */
  void write(String json) {
    String writer = ProcessHandle.current().pid() + "-" + Thread.currentThread().threadId();
    Path part = copy.resolveSibling(copy.getFileName() + "." + writer);
    try {
      Files.createDirectories(folder);
      try (FileChannel out = FileChannel.open(part, CREATE, TRUNCATE_EXISTING, WRITE)) {
        ByteBuffer bytes = StandardCharsets.US_ASCII.encode(ascii(json));
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        out.force(true); // the library ends the process on half a copy
      }
      Files.move(part, copy, StandardCopyOption.ATOMIC_MOVE);
      deleteOlder();
    } catch (IOException unwritable) {
      part.toFile().delete(); // what there is of it
    }
  }

  /** Deletes the copies of earlier states, and the oldest of other files beyond {@link #MOST}. */
  private void deleteOlder() throws IOException {
    List<Path> others = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, PREFIX + "*.json")) {
      for (Path other : all) {
        if (String.valueOf(other.getFileName()).startsWith(ofFile)) {
          if (!other.equals(copy)) {
            Files.deleteIfExists(other);
          }
        } else {
          others.add(other);
        }
      }
    }
    others.sort(Comparator.comparingLong(other -> other.toFile().lastModified()));
    for (Path oldest : others.subList(0, Math.max(0, others.size() + 1 - MOST))) {
      Files.deleteIfExists(oldest);
    }
  }

  /** Deletes the copy, if there is one. */
  void delete() throws IOException {
    Files.deleteIfExists(copy);
  }

  /** Escapes what is not ASCII; outside of strings JSON has nothing of that kind. */
  private static String ascii(String json) {
    StringBuilder escaped = new StringBuilder(json.length() + json.length() / 8);
    for (int i = 0; i < json.length(); i++) {
      char unit = json.charAt(i);
      if (unit < END_OF_ASCII) {
        escaped.append(unit);
      } else {
        escaped.append("\\u").append(HEX.toHexDigits(unit));
      }
    }
    return escaped.toString();
  }
}
