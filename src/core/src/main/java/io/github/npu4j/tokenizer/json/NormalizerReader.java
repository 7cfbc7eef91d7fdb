package io.github.npu4j.tokenizer.json;

import io.github.npu4j.tokenizer.normalize.BertNormalizer;
import io.github.npu4j.tokenizer.normalize.ByteLevelNormalizer;
import io.github.npu4j.tokenizer.normalize.Charsmap;
import io.github.npu4j.tokenizer.normalize.FilterNormalizer;
import io.github.npu4j.tokenizer.normalize.LowercaseNormalizer;
import io.github.npu4j.tokenizer.normalize.NormalizerSequence;
import io.github.npu4j.tokenizer.normalize.PrecompiledNormalizer;
import io.github.npu4j.tokenizer.normalize.PrependNormalizer;
import io.github.npu4j.tokenizer.normalize.ReplaceNormalizer;
import io.github.npu4j.tokenizer.normalize.StripNormalizer;
import io.github.npu4j.tokenizer.normalize.UnicodeForm;
import io.github.npu4j.tokenizer.pipeline.Normalizer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the normalizer of a {@code tokenizer.json}. */
final class NormalizerReader {

  private static final String OWNER = "its normalizer";

  private NormalizerReader() {}

  static @Nullable Normalizer read(@Nullable Object value) {
    return value == null ? null : step(Fields.of(OWNER, value));
  }

  private static Normalizer step(Fields step) {
    String type = step.type();
    return switch (type) {
      case "Sequence" -> {
        List<Normalizer> parts = new ArrayList<>();
        for (Fields part : step.parts("normalizers")) {
          parts.add(step(part));
        }
        yield new NormalizerSequence(parts);
      }
      case "BertNormalizer", "Bert" -> {
        boolean lowercase = step.flag("lowercase");
        yield new BertNormalizer(
            step.flag("clean_text"),
            step.flag("handle_chinese_chars"),
            step.flag("strip_accents", lowercase),
            lowercase);
      }
      case "NFC" -> UnicodeForm.NFC;
      case "NFD" -> UnicodeForm.NFD;
      case "NFKC" -> UnicodeForm.NFKC;
      case "NFKD" -> UnicodeForm.NFKD;
      case "Lowercase" -> new LowercaseNormalizer();
      case "StripAccents" -> FilterNormalizer.STRIP_ACCENTS;
      case "Nmt" -> FilterNormalizer.NMT;
      case "Strip" -> new StripNormalizer(step.flag("strip_left"), step.flag("strip_right"));
      case "Prepend" -> new PrependNormalizer(step.text("prepend"));
      case "Replace" -> new ReplaceNormalizer(Patterns.read(step), step.text("content"));
      case "ByteLevel" -> new ByteLevelNormalizer();
      case "Precompiled" -> new PrecompiledNormalizer(charsmap(step));
      default -> throw step.wrong("is of the unknown type " + type);
    };
  }

  private static Charsmap charsmap(Fields step) {
    byte[] rules;
    try {
      rules = Base64.getDecoder().decode(step.text("precompiled_charsmap"));
    } catch (IllegalArgumentException e) {
      throw step.wrong("has a character map that is no base64 text");
    }
    String defect = Charsmap.defect(rules);
    if (defect != null) {
      throw step.wrong("has a character map with " + defect);
    }
    return Charsmap.read(rules);
  }
}
