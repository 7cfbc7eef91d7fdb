package io.github.npu4j.tokenizer.unicode;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Reads a table of Unicode data that stands beside the classes: numbers in LEB128. */
final class TableReader {

  private final byte[] bytes;
  private int at;

  TableReader(String name) {
    try (InputStream in = TableReader.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("npu4j's jar has no " + name);
      }
      bytes = in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean hasNext() {
    return at < bytes.length;
  }

  int next() {
    int value = 0;
    int shift = 0;
    while (bytes[at] < 0) {
      value |= (bytes[at++] & 0x7f) << shift;
      shift += 7;
    }
    return value | bytes[at++] << shift;
  }
}
