package io.github.npu4j.seq2seq.search;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextStreamTest {

  /** Tokens from here on stand for a byte each, those below for an ASCII character. */
  private static final int BYTES = 256;

  @Test
  void tellsEachPieceAtOnce() {
    assertEquals(List.of("a", "b", "c"), pieces('a', 'b', 'c'));
  }

  @Test
  void tellsACharacterWhenItIsWhole() {
    assertEquals(List.of("a", "é!"), pieces('a', BYTES + 0xC3, BYTES + 0xA9, '!'));
    assertEquals(
        List.of("😀x"), pieces(BYTES + 0xF0, BYTES + 0x9F, BYTES + 0x98, BYTES + 0x80, 'x'));
  }

  @Test
  void aRowOfBytesThatIsSpoiltAtItsEndWasNotToldBefore() {
    assertEquals(
        List.of("a", "\ufffd\ufffd\ufffd"), pieces('a', BYTES + 0xC3, BYTES + 0xA9, BYTES + 0xC3));
    assertEquals(List.of("\ufffd\ufffd"), pieces(BYTES + 'A', BYTES + 0xC3));
  }

  @Test
  void bytesAtTheEndAreToldAtTheEnd() {
    assertEquals(List.of("é"), pieces(BYTES + 0xC3, BYTES + 0xA9));
  }

  @Test
  void nothingIsToldOfNothing() {
    assertEquals(List.of(), pieces());
  }

  /** Returns the pieces, after a look whether they are the text in a row. */
  private static List<String> pieces(int... tokens) {
    List<String> pieces = new ArrayList<>();
    TextStream stream =
        new TextStream(TextStreamTest::decode, token -> token >= BYTES, pieces::add);
    long[] ids = new long[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      ids[i] = tokens[i];
      stream.add(tokens[i]);
    }
    assertEquals(decode(ids), stream.finish());
    assertEquals(decode(ids), String.join("", pieces));
    return pieces;
  }

  /** Decodes as tokenizers with byte fallback do: a row of bytes is UTF-8 as a whole or not. */
  private static String decode(long... ids) {
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < ids.length) {
      int end = at;
      while (end < ids.length && ids[end] >= BYTES) {
        end++;
      }
      if (end == at) {
        text.append((char) ids[at++]);
      } else {
        text.append(row(ids, at, end));
        at = end;
      }
    }
    return text.toString();
  }

  private static String row(long[] ids, int from, int to) {
    byte[] bytes = new byte[to - from];
    for (int i = from; i < to; i++) {
      bytes[i - from] = (byte) (ids[i] - BYTES);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException spoilt) {
      return "\ufffd".repeat(bytes.length);
    }
  }
}
