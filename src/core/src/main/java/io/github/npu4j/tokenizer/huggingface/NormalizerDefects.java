package io.github.npu4j.tokenizer.huggingface;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks for what the native library does not survive in the normalizer of a {@code tokenizer.json}
 * and npu4j's own reader takes: text that is put between two characters.
 */
final class NormalizerDefects {

  /** The steps, in order, whatever sequences they stand in. */
  private final List<Map<?, ?>> steps = new ArrayList<>();

  private NormalizerDefects(@Nullable Object normalizer) {
    collect(normalizer);
  }

  /** Returns what is wrong with a normalizer, or {@code null}. */
  static @Nullable String find(@Nullable Object normalizer) {
    NormalizerDefects defects = new NormalizerDefects(normalizer);
    for (Map<?, ?> step : defects.steps) {
      String defect = defectOf(step);
      if (defect != null) {
        return defect;
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
    return switch (String.valueOf(step.get("type"))) {
      case "Prepend" ->
          "".equals(step.get("prepend")) ? "its normalizer puts nothing in front" : null;
      case "Replace" ->
          !"".equals(step.get("content")) && replacesNothing(step.get("pattern"))
              ? "its normalizer replaces what may be nothing, " + step.get("pattern")
              : null;
      default -> null;
    };
  }

  private static boolean replacesNothing(@Nullable Object pattern) {
    return pattern instanceof Map<?, ?> kind
        && ("".equals(kind.get("String"))
            || kind.get("Regex") instanceof String regex && PatternWidth.mayBeEmpty(regex));
  }
}
