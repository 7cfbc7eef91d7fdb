package io.github.npu4j.tensor;

import io.github.npu4j.error.BadInputException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads the dictionary of an {@code .npy} header, and nothing more of Python than it may hold. */
final class NpyHeaderParser {

  private final String text;
  private final String source;
  private int position;

  private @Nullable String descr;
  private @Nullable Boolean fortranOrder;
  private long @Nullable [] dimensions;

  NpyHeaderParser(String text, String source) {
    this.text = text;
    this.source = source;
  }

  NpyHeader parse(long dataOffset) {
    expect('{');
    while (!take('}')) {
      String key = string();
      expect(':');
      switch (key) {
        case "descr" -> descr = descr == null ? type() : repeated(key);
        case "fortran_order" -> fortranOrder = fortranOrder == null ? bool() : repeated(key);
        case "shape" -> dimensions = dimensions == null ? tuple() : repeated(key);
        default -> throw malformed("it has a key '" + key + "'");
      }
      if (!take(',')) {
        expect('}');
        break;
      }
    }
    skipSpace();
    if (position != text.length()) {
      throw malformed("something follows its dictionary");
    }
    if (descr == null || fortranOrder == null || dimensions == null) {
      throw malformed("descr, fortran_order or shape is missing");
    }
    ElementType type = elementType(descr);
    return new NpyHeader(
        type, shape(type, dimensions), descr.charAt(0) == '>', fortranOrder, dataOffset);
  }

  private Shape shape(ElementType type, long[] sizes) {
    try {
      // Zero times anything is zero: the sizes besides a zero are checked as if it were a one.
      long product = 1;
      for (long size : sizes) {
        product = Math.multiplyExact(product, Math.max(size, 1));
      }
      type.byteSize(product);
      return Shape.of(sizes);
    } catch (ArithmeticException e) {
      throw new BadInputException(
          "can't read " + source, "its shape is larger than any memory", "", e);
    }
  }

  private ElementType elementType(String name) {
    if (name.contains("O")) {
      throw NpyHeader.refused(
          source, "it holds Python objects, a pickle, which could run code when read");
    }
    String kind = name.length() > 1 && "<>|=".indexOf(name.charAt(0)) >= 0 ? name.substring(1) : "";
    return switch (kind) {
      case "f2" -> ElementType.FLOAT16;
      case "f4" -> ElementType.FLOAT32;
      case "f8" -> ElementType.FLOAT64;
      case "i1" -> ElementType.INT8;
      case "i2" -> ElementType.INT16;
      case "i4" -> ElementType.INT32;
      case "i8" -> ElementType.INT64;
      case "u1", "V1" -> ElementType.UINT8;
      case "u2", "V2" -> ElementType.UINT16;
      case "u4" -> ElementType.UINT32;
      case "u8" -> ElementType.UINT64;
      case "b1" -> ElementType.BOOL;
      default -> throw NpyHeader.refused(source, "its type '" + name + "' is no tensor type");
    };
  }

  /** Reads the type: a string, or the list of a structured array, which is refused. */
  private String type() {
    skipSpace();
    if (position < text.length() && text.charAt(position) == '[') {
      throw NpyHeader.refused(source, "it is a structured array");
    }
    return string();
  }

  private String string() {
    skipSpace();
    char quote = position < text.length() ? text.charAt(position) : 0;
    if (quote != '\'' && quote != '"') {
      throw malformed("a string was expected at " + position);
    }
    int end = text.indexOf(quote, position + 1);
    if (end < 0) {
      throw malformed("a string does not end");
    }
    String value = text.substring(position + 1, end);
    position = end + 1;
    return value;
  }

  private Boolean bool() {
    skipSpace();
    if (text.startsWith("True", position)) {
      position += 4;
      return true;
    }
    if (text.startsWith("False", position)) {
      position += 5;
      return false;
    }
    throw malformed("True or False was expected at " + position);
  }

  private long[] tuple() {
    expect('(');
    long[] sizes = new long[NpyHeader.MAXIMUM_RANK];
    int rank = 0;
    while (!take(')')) {
      if (rank == sizes.length) {
        throw malformed("it has more than " + sizes.length + " dimensions");
      }
      sizes[rank++] = number();
      if (!take(',')) {
        expect(')');
        break;
      }
    }
    return Arrays.copyOf(sizes, rank);
  }

  private long number() {
    skipSpace();
    int start = position;
    while (position < text.length() && isDigit(text.charAt(position))) {
      position++;
    }
    String digits = text.substring(start, position);
    if (position < text.length() && text.charAt(position) == 'L') {
      position++; // Python 2 wrote long integers so
    }
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw malformed("a size was expected at " + start);
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private void expect(char wanted) {
    if (!take(wanted)) {
      throw malformed("'" + wanted + "' was expected at " + position);
    }
  }

  private boolean take(char wanted) {
    skipSpace();
    if (position < text.length() && text.charAt(position) == wanted) {
      position++;
      return true;
    }
    return false;
  }

  private void skipSpace() {
    while (position < text.length() && " \t\r\n".indexOf(text.charAt(position)) >= 0) {
      position++;
    }
  }

  private <T> T repeated(String key) {
    throw malformed("it has two keys '" + key + "'");
  }

  private BadInputException malformed(String why) {
    return NpyHeader.refused(source, "its header is malformed, " + why);
  }
}
