package io.github.npu4j.tokenizer.json;

import io.github.npu4j.tokenizer.pipeline.AddedTokens;
import io.github.npu4j.tokenizer.pipeline.AddedTokens.Token;
import io.github.npu4j.tokenizer.pipeline.Decoder;
import io.github.npu4j.tokenizer.pipeline.Model;
import io.github.npu4j.tokenizer.pipeline.Normalizer;
import io.github.npu4j.tokenizer.pipeline.Pipeline;
import io.github.npu4j.tokenizer.pipeline.PreTokenizer;
import io.github.npu4j.tokenizer.pipeline.TokenizerDefect;
import io.github.npu4j.tokenizer.pipeline.Workspace;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the added tokens of a {@code tokenizer.json}. A token that the model has keeps its id
 * there; others get the next ones in order, whatever id the file says: so does Hugging Face's
 * library.
 */
final class AddedTokenReader {

  private static final String OWNER = "one of its added tokens";
  private static final int MOST = 1 << 20;

  private final Model model;
  private final Workspace workspace;
  private final @Nullable Normalizer normalizer;

  /** By their text; the first special one of a text and the last of others. */
  private final Map<String, Added> special = new LinkedHashMap<>();

  private final List<Added> others = new ArrayList<>();
  private final Map<String, Integer> ids = new HashMap<>();
  private final Map<Integer, Added> byId = new HashMap<>();
  private int highest = -1;

  /** A token as the file tells it. */
  private record Added(
      String content,
      boolean singleWord,
      boolean stripLeft,
      boolean stripRight,
      boolean normalized,
      boolean isSpecial) {

    /** Compared as records are; written out, for the first comparison in a process is slow else. */
    boolean isSame(@Nullable Added other) {
      return other != null
          && content.equals(other.content)
          && singleWord == other.singleWord
          && stripLeft == other.stripLeft
          && stripRight == other.stripRight
          && normalized == other.normalized
          && isSpecial == other.isSpecial;
    }
  }

  private AddedTokenReader(Model model, @Nullable Normalizer normalizer) {
    this.model = model;
    this.normalizer = normalizer;
    this.workspace = new Workspace(model);
  }

  static AddedTokenReader read(
      @Nullable Object value, Model model, @Nullable Normalizer normalizer) {
    AddedTokenReader reader = new AddedTokenReader(model, normalizer);
    if (value == null) {
      return reader;
    }
    if (!(value instanceof List<?> list) || list.size() > MOST) {
      throw new TokenizerDefect("its added tokens are no list");
    }
    List<Added> all = new ArrayList<>();
    for (Object item : list) {
      all.add(token(Fields.of(OWNER, item)));
    }
    reader.add(all);
    return reader;
  }

  private static Added token(Fields token) {
    token.number("id");
    return new Added(
        token.text("content"),
        token.flag("single_word"),
        token.flag("lstrip"),
        token.flag("rstrip"),
        token.flag("normalized"),
        token.flag("special"));
  }

  private void add(List<Added> all) {
    for (Added token : all) {
      if (token.isSpecial() && !token.content().isEmpty()) {
        special.putIfAbsent(token.content(), token);
      }
    }
    for (Added token : all) {
      if (token.content().isEmpty() || token.isSame(byId.get(idOrNone(token.content())))) {
        continue;
      }
      int id = idOrNone(token.content());
      if (id < 0) {
        id =
            highest >= model.size() || model.size() == 0 && highest >= 0
                ? highest + 1
                : model.size();
      }
      ids.put(token.content(), id);
      highest = Math.max(highest, id);
      byId.put(id, token);
      if (!special.containsKey(token.content())) {
        others.add(token);
      }
    }
  }

  private int idOrNone(String content) {
    Integer known = ids.get(content);
    return known != null ? known : model.idOf(content.getBytes(StandardCharsets.UTF_8));
  }

  Pipeline.Parts parts(
      @Nullable Normalizer normalizer,
      @Nullable PreTokenizer preTokenizer,
      Model model,
      @Nullable Decoder decoder) {
    List<Added> all = new ArrayList<>(special.values());
    all.addAll(others);
    Map<Integer, String> texts = new HashMap<>();
    for (Map.Entry<Integer, Added> entry : byId.entrySet()) {
      texts.put(entry.getKey(), entry.getValue().content());
    }
    Set<String> specialTexts = new LinkedHashSet<>(special.keySet());
    return new Pipeline.Parts(
        tokens(all, false),
        tokens(all, true),
        Map.copyOf(texts),
        Set.copyOf(specialTexts),
        normalizer,
        preTokenizer,
        model,
        decoder);
  }

  private AddedTokens tokens(Collection<Added> all, boolean normalized) {
    List<Token> tokens = new ArrayList<>();
    for (Added token : all) {
      if (token.normalized() == normalized) {
        int id = idOrNone(token.content());
        Added rules = byId.getOrDefault(id, token);
        tokens.add(
            new Token(
                text(token, normalized),
                id,
                rules.singleWord(),
                rules.stripLeft(),
                rules.stripRight()));
      }
    }
    return new AddedTokens(tokens);
  }

  private byte[] text(Added token, boolean normalized) {
    if (!normalized || normalizer == null) {
      return token.content().getBytes(StandardCharsets.UTF_8);
    }
    byte[] text = workspace.normalized(token.content(), normalizer);
    if (text.length == 0) {
      throw new TokenizerDefect(
          "its normalizer leaves nothing of its token \"" + token.content() + "\"");
    }
    return text;
  }
}
