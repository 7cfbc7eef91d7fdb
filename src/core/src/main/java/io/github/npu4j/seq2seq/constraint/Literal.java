package io.github.npu4j.seq2seq.constraint;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One text, from a place on. */
final class Literal implements Expression {

  /** The empty text. */
  static final Literal EMPTY = new Literal(new byte[0], 0);

  private final byte[] bytes;
  private final int at;

  private Literal(byte[] bytes, int at) {
    this.bytes = bytes;
    this.at = at;
  }

  static Expression of(String text) {
    return text.isEmpty() ? EMPTY : new Literal(text.getBytes(StandardCharsets.UTF_8), 0);
  }

  @Override
  public boolean acceptsEmpty() {
    return at == bytes.length;
  }

  @Override
  public Expression after(int next) {
    if (at == bytes.length || Byte.toUnsignedInt(bytes[at]) != next) {
      return Choice.NOTHING;
    }
    return at + 1 == bytes.length ? EMPTY : new Literal(bytes, at + 1);
  }

  @Override
  public int shortest() {
    return bytes.length - at;
  }

  @Override
  public Expression clipped(int length) {
    return this;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Literal that
        && Arrays.equals(bytes, at, bytes.length, that.bytes, that.at, that.bytes.length);
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int i = at; i < bytes.length; i++) {
      hash = 31 * hash + bytes[i];
    }
    return hash;
  }
}
