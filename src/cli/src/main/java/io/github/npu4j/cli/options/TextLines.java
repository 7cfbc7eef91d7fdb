package io.github.npu4j.cli.options;

import io.github.npu4j.tokenizer.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a stream, each a text in UTF-8 or the reason why it is none.
 *
 * <p>A line ends with a line feed, or a carriage return and a line feed; everything else, white
 * space included, belongs to the text. What follows the last line feed is a line if it is not
 * empty.
 */
public final class TextLines {

  /** Bytes of the longest text that the tokenizer takes, none shorter than a UTF-16 unit each. */
  private static final int MOST_BYTES = 3 * Tokenizer.MAXIMUM_CHARACTERS;

  /** So much of a line that can't be read is shown. */
  private static final int SHOWN_BYTES = 1000;

  private static final int BUFFER_BYTES = 1 << 16;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int position;
  private int limit;

  public TextLines(InputStream in) {
    this.in = in;
  }

  /**
   * One line.
   *
   * @param text the line, or what of it can be shown
   * @param error why it can't be embedded, or {@code null}
   */
  public record Line(String text, @Nullable String error) {}

  /** Returns the next line, or {@code null} at the end. */
  public @Nullable Line next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    long length = 0;
    while (position < limit || fill()) {
      int end = position;
      while (end < limit && buffer[end] != '\n') {
        end++;
      }
      length += end - position;
      int room = Math.min(end - position, MOST_BYTES + 1 - line.size());
      line.write(buffer, position, room);
      boolean ended = end < limit;
      position = ended ? end + 1 : end;
      if (ended) {
        return line(line.toByteArray(), length);
      }
    }
    return length == 0 ? null : line(line.toByteArray(), length);
  }

  /** Returns whether another line may be had without waiting for whoever writes them. */
  public boolean ready() throws IOException {
    return position < limit || in.available() > 0;
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = Math.max(0, in.read(buffer));
    return limit > 0;
  }

  private static Line line(byte[] bytes, long length) {
    if (length > MOST_BYTES) {
      return new Line(shown(bytes), "the line has " + length + " bytes; split it");
    }
    int end = bytes.length;
    if (end > 0 && bytes[end - 1] == '\r') {
      end--;
    }
    try {
      ByteBuffer content = ByteBuffer.wrap(bytes, 0, end);
      return new Line(StandardCharsets.UTF_8.newDecoder().decode(content).toString(), null);
    } catch (CharacterCodingException e) {
      return new Line(shown(bytes), "the line is not UTF-8");
    }
  }

  private static String shown(byte[] bytes) {
    int count = Math.min(bytes.length, SHOWN_BYTES);
    return new String(bytes, 0, count, StandardCharsets.UTF_8)
        + (bytes.length > SHOWN_BYTES ? "…" : "");
  }
}
