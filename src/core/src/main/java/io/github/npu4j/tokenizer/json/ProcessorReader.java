package io.github.npu4j.tokenizer.json;

import io.github.npu4j.tokenizer.pipeline.TokenizerDefect;
import io.github.npu4j.tokenizer.postprocess.PostProcessing;
import io.github.npu4j.tokenizer.postprocess.Template;
import io.github.npu4j.tokenizer.postprocess.Template.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the post-processor of a {@code tokenizer.json}: which tokens stand around one text and
 * around two, and whether offsets leave out whitespace.
 *
 * <p>All kinds come down to a {@link Template} for one text and one for a pair.
 */
final class ProcessorReader {

  private static final String OWNER = "its post-processor";
  // Bounds for a hostile file: an encoding is as long as its template says.
  private static final int MOST_PARTS = 1024;
  private static final int MOST_TEXTS = 8;

  private PostProcessing all = PostProcessing.NONE;
  private boolean hasTemplate;

  private ProcessorReader() {}

  /**
   * Reads a post-processor.
   *
   * @param value what the file has under {@code post_processor}; {@code null} for none
   * @throws TokenizerDefect if it is of an unknown type or not well-formed
   */
  static PostProcessing read(@Nullable Object value) {
    if (value == null) {
      return PostProcessing.NONE;
    }
    ProcessorReader reader = new ProcessorReader();
    reader.step(Fields.of(OWNER, value));
    return reader.all;
  }

  /** Adds what one step, or each of a sequence, says. */
  private void step(Fields step) {
    String type = step.type();
    switch (type) {
      case "Sequence" -> {
        for (Fields part : step.parts("processors")) {
          step(part);
        }
      }
      case "ByteLevel" -> {
        if (step.flag("trim_offsets")) {
          trim(step.flag("add_prefix_space"));
        }
      }
      case "TemplateProcessing" ->
          templates(step, template(step, "single", false), template(step, "pair", true));
      case "BertProcessing" -> {
        int start = special(step, "cls");
        int end = special(step, "sep");
        // [CLS] A [SEP] B [SEP], where B and what follows it have the token type 1.
        templates(
            step,
            new Template(List.of(part(start), first(), part(end))),
            new Template(
                List.of(
                    part(start),
                    first(),
                    part(end),
                    new Part(Template.SECOND, 1),
                    new Part(end, 1))));
      }
      case "RobertaProcessing" -> {
        int start = special(step, "cls");
        int end = special(step, "sep");
        if (step.flag("trim_offsets")) {
          trim(step.flag("add_prefix_space"));
        }
        // <s> A </s></s> B </s>, all of the token type 0.
        templates(
            step,
            new Template(List.of(part(start), first(), part(end))),
            new Template(
                List.of(
                    part(start),
                    first(),
                    part(end),
                    part(end),
                    new Part(Template.SECOND, 0),
                    part(end))));
      }
      default -> throw step.wrong("is of the unknown type " + type);
    }
  }

  /** A token of the type 0. */
  private static Part part(int id) {
    return new Part(id, 0);
  }

  /** The first text, of the type 0. */
  private static Part first() {
    return new Part(Template.FIRST, 0);
  }

  private void trim(boolean prefixSpace) {
    all = new PostProcessing(all.single(), all.pair(), true, prefixSpace);
  }

  /** Keeps the templates; a second pair of them would put tokens around tokens. */
  private void templates(Fields step, Template single, Template pair) {
    if (hasTemplate) {
      throw step.wrong("puts tokens around a text twice");
    }
    hasTemplate = true;
    all = new PostProcessing(single, pair, all.trimOffsets(), all.addedPrefixSpace());
  }

  /** Reads a pair of a token and its id; the id is what counts. */
  private static int special(Fields step, String name) {
    List<?> pair = step.list(name);
    if (pair.size() == 2 && pair.getFirst() instanceof String && pair.get(1) instanceof Long id) {
      return id(step, id);
    }
    throw step.wrong("has no token and its id as " + name);
  }

  private static int id(Fields step, long id) {
    if (id < 0 || id >= Integer.MAX_VALUE) {
      throw step.wrong("has the id " + id);
    }
    return (int) id;
  }

  /**
   * Reads a template: texts by their letter, and special tokens by a name that is defined beside it
   * and may stand for several ids.
   *
   * @param pair whether the second text, B, may be used
   */
  private static Template template(Fields step, String name, boolean pair) {
    Fields defined = Fields.of(step.owner(), step.get("special_tokens"));
    List<Part> parts = new ArrayList<>();
    int texts = 0;
    for (Object item : step.list(name)) {
      if (!(item instanceof Map<?, ?> only) || only.size() != 1) {
        throw step.wrong("has a template of what is neither a text nor a token");
      }
      if (only.containsKey("Sequence")) {
        Fields text = Fields.of(step.owner(), only.get("Sequence"));
        String id = text.text("id");
        if (++texts > MOST_TEXTS) {
          throw step.wrong("has a template that uses texts more than " + MOST_TEXTS + " times");
        }
        if (!id.equals("A") && !(id.equals("B") && pair)) {
          throw step.wrong(
              "has a template for "
                  + (pair ? "two texts" : "one text")
                  + " that uses the text "
                  + id);
        }
        parts.add(
            new Part(id.equals("A") ? Template.FIRST : Template.SECOND, text.number("type_id")));
      } else {
        Fields token = Fields.of(step.owner(), only.get("SpecialToken"));
        add(parts, defined, token.text("id"), token.number("type_id"));
      }
      if (parts.size() > MOST_PARTS) {
        throw step.wrong("has a template of more than " + MOST_PARTS + " tokens");
      }
    }
    return new Template(parts);
  }

  /** Adds the ids of a special token. */
  private static void add(List<Part> parts, Fields defined, String name, int typeId) {
    if (!defined.has(name)) {
      throw new TokenizerDefect("its template uses the token " + name + " and does not define it");
    }
    Fields token = Fields.of(defined.owner(), defined.get(name));
    for (Object id : token.list("ids")) {
      if (!(id instanceof Long number)) {
        throw token.wrong("has no ids for " + name);
      }
      parts.add(new Part(id(token, number), typeId));
      if (parts.size() > MOST_PARTS) {
        return;
      }
    }
  }
}
