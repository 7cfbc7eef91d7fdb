package io.github.npu4j.tokenizer.json;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.tokenizer.codec.TokenTexts;
import io.github.npu4j.tokenizer.model.ByteAlphabet;
import io.github.npu4j.tokenizer.pipeline.Pipeline;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells what each token of a {@code tokenizer.json} adds to a text, where tokens add up to one. */
public final class VocabularyReader {

  private static final String END = "</s>";
  private static final String SPACE = "\u2581";
  private static final Pattern BYTE_PIECE = Pattern.compile("<0x[0-9A-F]{2}>");

  private VocabularyReader() {}

  /**
   * Reads the texts of all tokens.
   *
   * @throws BadInputException if what a token adds depends on the tokens before it
   */
  public static TokenTexts read(Path file, TokenizerFile tokenizer) {
    Object decoder = tokenizer.outline().get("decoder");
    boolean byteLevel = has(decoder, "ByteLevel");
    boolean adding =
        tokenizer.modelType().equals("Unigram")
            || tokenizer.modelType().equals("BPE") && (byteLevel || has(decoder, "Fuse"));
    if (!adding) {
      throw new BadInputException(
          "the tokens of " + file + " can't be told one by one",
          "it is a " + tokenizer.modelType() + " model",
          "Answers can be constrained with T5's, mT5's and ByT5's tokenizers.");
    }
    Pipeline.Parts parts = tokenizer.pipeline().parts();
    int size = parts.model().idLimit();
    for (int id : parts.addedTexts().keySet()) {
      size = Math.max(size, id + 1);
    }
    boolean byteFallback = has(decoder, "ByteFallback") || tokenizer.hasByteFallback();
    OptionalInt end = OptionalInt.empty();
    byte[][] texts = new byte[size][];
    for (int id = 0; id < size; id++) {
      String text = tokenizer.pipeline().textOf(id);
      boolean special = text == null || parts.specialTexts().contains(text);
      if (text == null || special) {
        texts[id] = new byte[0];
      } else {
        texts[id] = byteLevel ? bytes(text) : piece(text, byteFallback);
      }
      end = END.equals(text) && special ? OptionalInt.of(id) : end;
    }
    return new TokenTexts(texts, end, cutsLeadingSpace(decoder));
  }

  private static byte[] piece(String piece, boolean byteFallback) {
    return byteFallback && BYTE_PIECE.matcher(piece).matches()
        ? new byte[] {(byte) Integer.parseInt(piece, 3, 5, 16)}
        : piece.replace(SPACE, " ").getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      int value = ByteAlphabet.value(text.charAt(i));
      if (value == ByteAlphabet.NONE) {
        return text.getBytes(StandardCharsets.UTF_8);
      }
      bytes.write(value);
    }
    return bytes.toByteArray();
  }

  private static boolean has(@Nullable Object decoder, String type) {
    return decoder instanceof Map<?, ?> members
        && (type.equals(members.get("type"))
            || members.get("decoders") instanceof List<?> several
                && several.stream().anyMatch(one -> has(one, type)));
  }

  /** Returns whether a decoder takes a space from the beginning of a text. */
  private static boolean cutsLeadingSpace(@Nullable Object decoder) {
    if (!(decoder instanceof Map<?, ?> members)) {
      return false;
    }
    if (members.get("decoders") instanceof List<?> several) {
      return several.stream().anyMatch(VocabularyReader::cutsLeadingSpace);
    }
    return switch (String.valueOf(members.get("type"))) {
      case "Metaspace" ->
          !"never".equals(members.get("prepend_scheme"))
              && !Boolean.FALSE.equals(members.get("add_prefix_space"));
      case "Strip" ->
          " ".equals(members.get("content"))
              && members.get("start") instanceof Long start
              && start > 0;
      case "Replace" ->
          members.get("pattern") instanceof Map<?, ?> pattern
              && String.valueOf(pattern.get("Regex")).startsWith("\\A ");
      default -> false;
    };
  }
}
