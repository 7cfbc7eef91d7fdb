package io.github.npu4j.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Looks for what the native library does not survive in the normalizer of a {@code tokenizer.json}:
 * a damaged character map, text that is put between two characters, and a token of the file that
 * the normalizer leaves nothing of.
 */
final class NormalizerDefects {

  private static final Pattern CONTROLS = Pattern.compile("[\\p{Cc}\\p{Cf}\\ufffd&&[^\\t\\n\\r]]");
  private static final Pattern MARKS = Pattern.compile("\\p{Mn}");

  /** The steps, in order, whatever sequences they stand in. */
  private final List<Map<?, ?>> steps = new ArrayList<>();

  private NormalizerDefects(@Nullable Object normalizer) {
    collect(normalizer);
  }

  /**
   * Returns what is wrong with a normalizer, or {@code null}.
   *
   * @param addedTokens the file's own tokens
   */
  static @Nullable String find(@Nullable Object normalizer, @Nullable Object addedTokens) {
    NormalizerDefects defects = new NormalizerDefects(normalizer);
    for (Map<?, ?> step : defects.steps) {
      String defect = defectOf(step);
      if (defect != null) {
        return defect;
      }
    }
    if (addedTokens instanceof List<?> tokens) {
      for (Object token : tokens) {
        if (token instanceof Map<?, ?> members
            && "true".equals(members.get("normalized"))
            && members.get("content") instanceof String content
            && !content.isEmpty()
            && defects.normalized(content).isEmpty()) {
          return "its normalizer leaves nothing of its token \"" + content + "\"";
        }
      }
    }
    return null;
  }

  private void collect(@Nullable Object normalizer) {
    if (normalizer instanceof Map<?, ?> step) {
      if (step.get("normalizers") instanceof List<?> several) {
        several.forEach(this::collect);
      } else {
        steps.add(step);
      }
    }
  }

  private static @Nullable String defectOf(Map<?, ?> step) {
    return switch (type(step)) {
      case "Precompiled" -> {
        byte[] charsmap = charsmap(step);
        String defect = charsmap == null ? "no base64 text" : Charsmap.defect(charsmap);
        yield defect == null ? null : "its normalizer's character map has " + defect;
      }
      case "Prepend" ->
          "".equals(step.get("prepend")) ? "its normalizer puts nothing in front" : null;
      case "Replace" ->
          !"".equals(step.get("content")) && replacesNothing(step.get("pattern"))
              ? "its normalizer replaces what may be nothing, " + step.get("pattern")
              : null;
      default -> null;
    };
  }

  private static String type(Map<?, ?> step) {
    return String.valueOf(step.get("type"));
  }

  private static byte @Nullable [] charsmap(Map<?, ?> step) {
    try {
      return Base64.getDecoder().decode(String.valueOf(step.get("precompiled_charsmap")));
    } catch (IllegalArgumentException notBase64) {
      return null;
    }
  }

  private static boolean replacesNothing(@Nullable Object pattern) {
    return pattern instanceof Map<?, ?> kind
        && ("".equals(kind.get("String"))
            || kind.get("Regex") instanceof String regex && PatternWidth.mayBeEmpty(regex));
  }

  /** Does to a text at most what the normalizer takes away from it. */
  private String normalized(String text) {
    String left = text;
    for (Map<?, ?> step : steps) {
      left = normalized(left, step);
    }
    return left;
  }

  private static String normalized(String text, Map<?, ?> step) {
    return switch (type(step)) {
      case "Strip" -> text.strip();
      case "StripAccents" -> MARKS.matcher(text).replaceAll("");
      case "Nmt" -> CONTROLS.matcher(text).replaceAll("");
      case "BertNormalizer" -> MARKS.matcher(CONTROLS.matcher(text).replaceAll("")).replaceAll("");
      case "Prepend" -> text.isEmpty() ? text : step.get("prepend") + text;
      case "Precompiled" -> {
        byte[] charsmap = charsmap(step);
        yield charsmap == null
            ? text
            : new String(rules(charsmap).normalize(text), StandardCharsets.UTF_8);
      }
      case "Replace" -> replaced(text, step.get("pattern"), String.valueOf(step.get("content")));
      default -> text;
    };
  }

  private static SentencePieceNormalizer rules(byte[] charsmap) {
    return new SentencePieceNormalizer(
        new SentencePieceModel.Normalization(charsmap, false, false, false),
        TokenTrie.of(new byte[0][]));
  }

  private static String replaced(String text, @Nullable Object pattern, String content) {
    if (!(pattern instanceof Map<?, ?> kind)) {
      return text;
    }
    if (kind.get("String") instanceof String part) {
      return part.isEmpty() ? text : text.replace(part, content);
    }
    try {
      return Pattern.compile(String.valueOf(kind.get("Regex")))
          .matcher(text)
          .replaceAll(Matcher.quoteReplacement(content));
    } catch (PatternSyntaxException notJavas) {
      return text;
    }
  }
}
