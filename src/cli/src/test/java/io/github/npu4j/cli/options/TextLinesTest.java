package io.github.npu4j.cli.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.tokenizer.Tokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextLinesTest {

  private static List<TextLines.Line> lines(byte[] bytes) throws IOException {
    TextLines lines = new TextLines(new ByteArrayInputStream(bytes));
    List<TextLines.Line> all = new ArrayList<>();
    for (TextLines.Line line = lines.next(); line != null; line = lines.next()) {
      all.add(line);
    }
    return all;
  }

  private static List<String> texts(String content) throws IOException {
    return lines(content.getBytes(StandardCharsets.UTF_8)).stream()
        .map(TextLines.Line::text)
        .toList();
  }

  @Test
  void splitsAtLineFeedsOnly() throws IOException {
    assertEquals(List.of("a", "b"), texts("a\nb\n"));
    assertEquals(List.of("a", "b"), texts("a\r\nb"));
    assertEquals(List.of("a\rb", "\u0085", "\u2028"), texts("a\rb\n\u0085\n\u2028"));
    assertEquals(List.of("", " ", "\t", ""), texts("\n \n\t\n\n"));
    assertEquals(List.of(), texts(""));
    assertEquals(List.of("é 東\ud83d\ude00"), texts("é 東\ud83d\ude00"));
  }

  @Test
  void saysWhichLineIsNotText() throws IOException {
    byte[] bytes = {'a', '\n', 'b', (byte) 0xff, '\n', 'c', (byte) 0xc3};
    List<TextLines.Line> lines = lines(bytes);
    assertEquals(new TextLines.Line("a", null), lines.get(0));
    assertEquals(new TextLines.Line("b\ufffd", "the line is not UTF-8"), lines.get(1));
    assertEquals("c\ufffd", lines.get(2).text());
    assertEquals(3, lines.size());
  }

  @Test
  void readsLinesLongerThanItsBuffer() throws IOException {
    String million = "é".repeat(1_000_000);
    assertEquals(List.of(million, "next"), texts(million + "\nnext"));
  }

  @Test
  void skipsALineThatNoTokenizerTakes() throws IOException {
    byte[] bytes = new byte[3 * Tokenizer.MAXIMUM_CHARACTERS + 3];
    Arrays.fill(bytes, (byte) 'x');
    bytes[bytes.length - 2] = '\n';
    List<TextLines.Line> lines = lines(bytes);
    assertEquals(2, lines.size());
    assertTrue(String.valueOf(lines.get(0).error()).contains("split it"));
    assertEquals(1001, lines.get(0).text().length());
    assertEquals(new TextLines.Line("x", null), lines.get(1));
  }

  @Test
  void knowsWhetherMoreIsThere() throws IOException {
    TextLines lines = new TextLines(new ByteArrayInputStream(new byte[] {'a', '\n', 'b'}));
    assertTrue(lines.ready());
    lines.next();
    assertTrue(lines.ready());
    lines.next();
    assertFalse(lines.ready());
    assertNull(lines.next());
    assertNull(new TextLines(InputStream.nullInputStream()).next());
  }
}
