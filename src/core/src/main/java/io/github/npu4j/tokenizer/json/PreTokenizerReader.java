package io.github.npu4j.tokenizer.json;

import io.github.npu4j.tokenizer.pattern.TextPattern;
import io.github.npu4j.tokenizer.pipeline.Behavior;
import io.github.npu4j.tokenizer.pipeline.PreTokenizer;
import io.github.npu4j.tokenizer.pretokenize.BertSplit;
import io.github.npu4j.tokenizer.pretokenize.ByteLevelSplit;
import io.github.npu4j.tokenizer.pretokenize.FixedLengthSplit;
import io.github.npu4j.tokenizer.pretokenize.MetaspaceSplit;
import io.github.npu4j.tokenizer.pretokenize.MetaspaceSplit.Prepend;
import io.github.npu4j.tokenizer.pretokenize.PatternSplit;
import io.github.npu4j.tokenizer.pretokenize.PreTokenizerSequence;
import io.github.npu4j.tokenizer.pretokenize.ScriptSplit;
import io.github.npu4j.tokenizer.pretokenize.TraitSplit;
import io.github.npu4j.tokenizer.pretokenize.WordSplit;
import io.github.npu4j.tokenizer.unicode.CharacterTraits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the pre-tokenizer of a {@code tokenizer.json}. */
final class PreTokenizerReader {

  private static final String OWNER = "its pre-tokenizer";

  private PreTokenizerReader() {}

  /** Returns whether the last step writes bytes with the alphabet of bytes. */
  static boolean endsInBytes(@Nullable Object value) {
    if (value == null) {
      return false;
    }
    List<Fields> steps = steps(Fields.of(OWNER, value));
    int count = 0;
    for (Fields step : steps) {
      count += step.type().equals("ByteLevel") ? 1 : 0;
    }
    return count == 1 && steps.getLast().type().equals("ByteLevel");
  }

  /**
   * Reads it.
   *
   * @param spell whether a byte-level step writes the alphabet of bytes
   */
  static @Nullable PreTokenizer read(@Nullable Object value, boolean spell) {
    if (value == null) {
      return null;
    }
    List<PreTokenizer> parts = new ArrayList<>();
    for (Fields step : steps(Fields.of(OWNER, value))) {
      parts.add(step(step, spell));
    }
    return parts.size() == 1 ? parts.getFirst() : new PreTokenizerSequence(parts);
  }

  private static List<Fields> steps(Fields value) {
    if (!value.type().equals("Sequence")) {
      return List.of(value);
    }
    List<Fields> steps = new ArrayList<>();
    for (Fields part : value.parts("pretokenizers")) {
      steps.addAll(steps(part));
    }
    return steps;
  }

  private static PreTokenizer step(Fields step, boolean spell) {
    String type = step.type();
    return switch (type) {
      case "BertPreTokenizer" -> new BertSplit();
      case "Whitespace" -> new WordSplit();
      case "WhitespaceSplit" -> new TraitSplit(CharacterTraits.SPACE, Behavior.REMOVED);
      case "Punctuation" ->
          new TraitSplit(
              CharacterTraits.PUNCTUATION,
              step.has("behavior") ? behavior(step) : Behavior.ISOLATED);
      case "Digits" ->
          new TraitSplit(
              CharacterTraits.NUMERIC,
              step.flag("individual_digits") ? Behavior.ISOLATED : Behavior.CONTIGUOUS);
      case "Metaspace" ->
          new MetaspaceSplit(
              step.character("replacement"), prepend(step), step.flag("split", true));
      case "ByteLevel" ->
          new ByteLevelSplit(step.flag("add_prefix_space"), step.flag("use_regex", true), spell);
      case "Split" -> new PatternSplit(Patterns.read(step), behavior(step), step.flag("invert"));
      case "CharDelimiterSplit", "Delimiter" -> {
        byte[] delimiter =
            Character.toString(step.character("delimiter")).getBytes(StandardCharsets.UTF_8);
        yield new PatternSplit(TextPattern.literal(delimiter), Behavior.REMOVED, false);
      }
      case "UnicodeScripts" -> new ScriptSplit();
      case "FixedLength" -> {
        int length = step.number("length", 5);
        if (length == 0) {
          throw step.wrong("cuts a text into pieces of no length");
        }
        yield new FixedLengthSplit(length);
      }
      default -> throw step.wrong("is of the unknown type " + type);
    };
  }

  /** Returns where a space is put in front; older files say only whether. */
  static Prepend prepend(Fields step) {
    String scheme = step.text("prepend_scheme", "");
    boolean never = !step.flag("add_prefix_space", true);
    if (never && !scheme.equals("never")) {
      // The older flag wins if nothing newer contradicts it.
      if (!scheme.isEmpty()) {
        throw step.wrong("has add_prefix_space false and prepend_scheme " + scheme);
      }
      return Prepend.NEVER;
    }
    return switch (scheme) {
      case "", "always" -> Prepend.ALWAYS;
      case "first" -> Prepend.FIRST;
      case "never" -> Prepend.NEVER;
      default -> throw step.wrong("has the unknown prepend_scheme " + scheme);
    };
  }

  private static Behavior behavior(Fields step) {
    String name = step.text("behavior");
    return switch (name) {
      case "Removed" -> Behavior.REMOVED;
      case "Isolated" -> Behavior.ISOLATED;
      case "MergedWithPrevious" -> Behavior.MERGED_WITH_PREVIOUS;
      case "MergedWithNext" -> Behavior.MERGED_WITH_NEXT;
      case "Contiguous" -> Behavior.CONTIGUOUS;
      default -> throw step.wrong("has the unknown behavior " + name);
    };
  }
}
