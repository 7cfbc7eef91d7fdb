package io.github.npu4j.tokenizer.bytes;

import io.github.npu4j.tokenizer.codec.TextCodec;
import io.github.npu4j.tokenizer.codec.TokenIds;
import io.github.npu4j.tokenizer.codec.TokenTexts;
import io.github.npu4j.tokenizer.unicode.Utf8Repair;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * ByT5's tokenizer: a token is a byte of UTF-8, three ids up, for padding, end and unknown come
 * first; the sentinels {@code <extra_id_N>} follow the bytes, in ascending order.
 *
 * <p>The text of a special token is that token, as Transformers has it: the three first ones take
 * the whitespace around them along. Immutable; needs no native library.
 *
 * @see <a href="https://arxiv.org/abs/2105.13626">ByT5</a>
 */
public final class ByteCodec implements TextCodec {

  private static final int PADDING = 0;
  private static final int END = 1;
  private static final int UNKNOWN = 2;
  private static final int OFFSET = 3;
  private static final int BYTES = 256;

  private static final Pattern SPECIAL =
      Pattern.compile("<(?:pad|/s|unk|extra_id_(0|[1-9][0-9]{0,3}))>");

  private final int sentinels;
  private final TokenTexts vocabulary;

  /**
   * Makes one.
   *
   * @param sentinels how many tokens follow the bytes
   */
  ByteCodec(int sentinels) {
    this.sentinels = sentinels;
    byte[][] texts = new byte[OFFSET + BYTES + sentinels][0];
    for (int value = 0; value < BYTES; value++) {
      texts[OFFSET + value] = new byte[] {(byte) value};
    }
    this.vocabulary = new TokenTexts(texts, OptionalInt.of(END), false);
  }

  @Override
  public OptionalInt declaredMaximum() {
    return OptionalInt.empty();
  }

  @Override
  public int specialTokens() {
    return 1;
  }

  @Override
  public TokenIds encode(String anyText, int maximumTokens) {
    String text = Utf8Repair.withoutLoneSurrogates(anyText);
    Ids ids = new Ids(text.length() + 1);
    Matcher special = SPECIAL.matcher(text);
    int from = 0;
    while (special.find()) {
      int id = id(special);
      if (id < 0) {
        continue;
      }
      boolean alone = id < OFFSET;
      int end = alone ? withoutSpaceBefore(text, from, special.start()) : special.start();
      ids.addBytes(text.substring(from, end));
      ids.add(id);
      from = alone ? withoutSpaceAfter(text, special.end()) : special.end();
    }
    ids.addBytes(text.substring(from));
    if (!ids.endWithEnd()) {
      ids.add(END);
    }
    return ids.cut(maximumTokens);
  }

  /** Returns the id of a special token, or -1 for a sentinel that there is not. */
  private int id(Matcher special) {
    String number = special.group(1);
    if (number == null) {
      return switch (special.group().charAt(1)) {
        case 'p' -> PADDING;
        case '/' -> END;
        default -> UNKNOWN;
      };
    }
    int sentinel = Integer.parseInt(number);
    return sentinel < sentinels ? OFFSET + BYTES + sentinel : -1;
  }

  private static int withoutSpaceBefore(String text, int from, int end) {
    int at = end;
    while (at > from && isSpace(text.charAt(at - 1))) {
      at--;
    }
    return at;
  }

  private static int withoutSpaceAfter(String text, int start) {
    int at = start;
    while (at < text.length() && isSpace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  /** Returns whether Python takes a character for whitespace; none of them is a surrogate. */
  private static boolean isSpace(char character) {
    return Character.isWhitespace(character)
        || Character.isSpaceChar(character)
        || character == '\u0085';
  }

  /** Ids that become more. */
  private static final class Ids {

    private long[] values;
    private int size;

    Ids(int expected) {
      values = new long[expected];
    }

    void add(int id) {
      reserve(1);
      values[size++] = id;
    }

    void addBytes(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      reserve(bytes.length);
      for (byte one : bytes) {
        values[size++] = OFFSET + Byte.toUnsignedLong(one);
      }
    }

    private void reserve(int more) {
      if (size + more > values.length) {
        values = Arrays.copyOf(values, Math.max(size + more, values.length + values.length / 2));
      }
    }

    boolean endWithEnd() {
      return size > 0 && values[size - 1] == END;
    }

    TokenIds cut(int maximum) {
      long[] kept = Arrays.copyOf(values, Math.min(size, maximum));
      kept[kept.length - 1] = END;
      return new TokenIds(kept, new long[0], size);
    }
  }

  /** Decodes the bytes; one that belongs to no character is left out. */
  @Override
  public String decode(long[] ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(ids.length);
    for (long id : ids) {
      if (id >= OFFSET && id < OFFSET + BYTES) {
        bytes.write((int) id - OFFSET);
      }
    }
    ByteArrayOutputStream text = new ByteArrayOutputStream(bytes.size());
    Utf8Repair.copyIgnoring(bytes.toByteArray(), text);
    return text.toString(StandardCharsets.UTF_8);
  }

  @Override
  public String piece(int id) {
    return switch (id) {
      case PADDING -> "<pad>";
      case END -> "</s>";
      case UNKNOWN -> "<unk>";
      default -> {
        int value = id - OFFSET;
        if (value < BYTES) {
          yield value > ' ' && value < 0x7f ? "" + (char) value : "<0x%02X>".formatted(value);
        }
        yield value < BYTES + sentinels ? "<extra_id_" + (value - BYTES) + ">" : "";
      }
    };
  }

  @Override
  public TokenTexts texts() {
    return vocabulary;
  }

  /** Does nothing: there is nothing to free. */
  @Override
  public void close() {}
}
