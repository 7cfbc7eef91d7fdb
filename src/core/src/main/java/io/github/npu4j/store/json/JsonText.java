package io.github.npu4j.store.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import org.jspecify.annotations.Nullable;

/**
 * Makes the parsers and generators of JSON, so that limits and escapes are the same everywhere.
 *
 * <p>Streaming classes alone: Jackson's databinding costs a short command more time than its file
 * does. A factory may be shared by threads.
 */
public final class JsonText {

  private static final JsonFactory WRITING =
      new JsonFactoryBuilder().characterEscapes(new LineEnds()).build();

  private JsonText() {}

  /**
   * Returns what makes parsers for files that may be hostile; a name that occurs twice in one
   * object is an error.
   *
   * @param depth how deep objects and arrays may be nested
   * @param longestText the most characters of a string or a name
   * @param longestNumber the most characters of a number
   */
  public static JsonFactory strict(int depth, int longestText, int longestNumber) {
    return JsonFactory.builder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(depth)
                .maxStringLength(longestText)
                .maxNameLength(longestText)
                .maxNumberLength(longestNumber)
                .build())
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .build();
  }

  /**
   * Returns what makes parsers for files of tens of megabytes that repeat no names, which is not
   * checked.
   *
   * @param depth how deep objects and arrays may be nested
   */
  public static JsonFactory lenient(int depth) {
    return JsonFactory.builder()
        .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(depth).build())
        .build();
  }

  /** Starts a text in UTF-8. */
  public static JsonGenerator generator(OutputStream out) throws IOException {
    return WRITING.createGenerator(out);
  }

  /** Starts a text. */
  public static JsonGenerator generator(Writer out) throws IOException {
    return WRITING.createGenerator(out);
  }

  /**
   * Escapes the three characters beyond ASCII that some readers take for the end of a line, so that
   * one value on one line stays on one line for every reader: U+0085 by Unicode's rule for new
   * lines (UAX 14), U+2028 and U+2029 by that and by JavaScript before ES2019.
   */
  private static final class LineEnds extends CharacterEscapes {

    private static final long serialVersionUID = 1;

    private static final SerializedString NEXT_LINE = new SerializedString("\\u0085");
    private static final SerializedString LINE_SEPARATOR = new SerializedString("\\u2028");
    private static final SerializedString PARAGRAPH_SEPARATOR = new SerializedString("\\u2029");

    @Override
    public int[] getEscapeCodesForAscii() {
      return standardAsciiEscapesForJSON();
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int character) {
      return switch (character) {
        case 0x85 -> NEXT_LINE;
        case 0x2028 -> LINE_SEPARATOR;
        case 0x2029 -> PARAGRAPH_SEPARATOR;
        default -> null;
      };
    }
  }
}
