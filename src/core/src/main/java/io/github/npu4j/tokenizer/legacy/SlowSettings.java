package io.github.npu4j.tokenizer.legacy;

import io.github.npu4j.tokenizer.codec.TokenizerFiles;
import io.github.npu4j.tokenizer.pipeline.AddedTokens.Token;
import io.github.npu4j.tokenizer.sentencepiece.SentencePieceModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code tokenizer_config.json} and {@code added_tokens.json} say of a SentencePiece model
 * beside them.
 *
 * @param tokens the added tokens
 * @param special the ids of those that decoding leaves out
 * @param legacy whether each text between added tokens gets SentencePiece's space in front
 * @param prefixSpace if not, whether the whole text gets one
 * @param addStart whether a text begins with a special token
 * @param addEnd whether it ends with one
 * @param unknown the text of the unknown token
 */
record SlowSettings(
    List<Token> tokens,
    Set<Integer> special,
    boolean legacy,
    boolean prefixSpace,
    boolean addStart,
    boolean addEnd,
    String unknown) {

  private static final String CONFIGURATION = "tokenizer_config.json";
  private static final String ADDED = "added_tokens.json";
  private static final String BYTES = "ByT5Tokenizer";
  private static final String SPACE = "\u2581";
  private static final Pattern T5 = Pattern.compile("(MT5|T5)Tokenizer(Fast)?");
  private static final Pattern LLAMA = Pattern.compile("(Llama|CodeLlama|Gemma)Tokenizer(Fast)?");
  private static final int T5_SENTINELS = 100;
  private static final int MOST_SENTINELS = 10_000;
  private static final Pattern SENTINEL = Pattern.compile("<extra_id_[0-9]+>");

  /**
   * Reads what stands beside a model; {@code null} if there is nothing.
   *
   * @throws io.github.npu4j.error.BadModelException if it is another tokenizer's, or damaged
   */
  static @Nullable SlowSettings beside(Path file, SentencePieceModel model) {
    Map<String, @Nullable Object> settings = read(file.resolveSibling(CONFIGURATION));
    Map<String, @Nullable Object> added = read(file.resolveSibling(ADDED));
    if (settings.isEmpty() && added.isEmpty()) {
      return null;
    }
    String type =
        settings.get("tokenizer_class") instanceof String name
            ? name
            : model.mergesPairs() ? "LlamaTokenizer" : "T5Tokenizer";
    if (type.equals(BYTES)) {
      return null; // the configuration is of the other tokenizer in the folder
    }
    boolean t5 = T5.matcher(type).matches();
    if (!t5 && !LLAMA.matcher(type).matches()) {
      throw TokenizerFiles.refused(
          file, "its class " + type + " does more than the model says", null);
    }
    Map<String, Token> tokens = new LinkedHashMap<>();
    Set<Integer> special = new HashSet<>();
    controls(file, model, tokens, special);
    if (t5) {
      sentinels(file, settings, model, tokens, special);
    }
    listed(file, added, tokens, special);
    described(file, settings, tokens, special);
    return new SlowSettings(
        List.copyOf(tokens.values()),
        Set.copyOf(special),
        !Boolean.FALSE.equals(settings.get("legacy")),
        !Boolean.FALSE.equals(settings.get("add_prefix_space")),
        !t5 && !Boolean.FALSE.equals(settings.get("add_bos_token")),
        t5 || Boolean.TRUE.equals(settings.get("add_eos_token")),
        "<unk>");
  }

  private static Map<String, @Nullable Object> read(Path file) {
    return Files.isRegularFile(file) ? SiblingFile.read(file) : Map.of();
  }

  /** Adds the model's own special tokens: their texts are those tokens. */
  private static void controls(
      Path file, SentencePieceModel model, Map<String, Token> tokens, Set<Integer> special) {
    for (String control : List.of("<pad>", "<s>", "</s>")) {
      model.control(control).ifPresent(id -> put(file, tokens, special, control, id, true));
    }
    put(file, tokens, special, "<unk>", model.unknownId(), true);
  }

  private static void sentinels(
      Path file,
      Map<String, @Nullable Object> settings,
      SentencePieceModel model,
      Map<String, Token> tokens,
      Set<Integer> special) {
    long count = settings.get("extra_ids") instanceof Long number ? number : T5_SENTINELS;
    if (count < 0 || count > MOST_SENTINELS) {
      throw TokenizerFiles.refused(file, "it has " + count + " extra ids", null);
    }
    for (int i = 0; i < count; i++) {
      int id = model.size() + (int) count - 1 - i;
      put(file, tokens, special, "<extra_id_" + i + ">", id, true);
    }
  }

  private static void listed(
      Path file,
      Map<String, @Nullable Object> added,
      Map<String, Token> tokens,
      Set<Integer> special) {
    for (Map.Entry<String, @Nullable Object> entry : added.entrySet()) {
      if (!(entry.getValue() instanceof Long id)) {
        throw TokenizerFiles.refused(file, "the token " + entry.getKey() + " has no id", null);
      }
      boolean known = SENTINEL.matcher(entry.getKey()).matches();
      put(file, tokens, special, entry.getKey(), id, known);
    }
  }

  private static void described(
      Path file,
      Map<String, @Nullable Object> settings,
      Map<String, Token> tokens,
      Set<Integer> special) {
    if (!(settings.get("added_tokens_decoder") instanceof Map<?, ?> all)) {
      return;
    }
    for (Map.Entry<?, ?> entry : all.entrySet()) {
      String id = String.valueOf(entry.getKey());
      if (!id.matches("[0-9]{1,9}")
          || !(entry.getValue() instanceof Map<?, ?> token)
          || !(token.get("content") instanceof String content)) {
        throw TokenizerFiles.refused(file, "the added token " + id + " can't be told", null);
      }
      put(
          file,
          tokens,
          special,
          content,
          Integer.parseInt(id),
          Boolean.TRUE.equals(token.get("special")));
      tokens.computeIfPresent(
          content,
          (text, plain) ->
              new Token(
                  plain.text(),
                  plain.id(),
                  Boolean.TRUE.equals(token.get("single_word")),
                  Boolean.TRUE.equals(token.get("lstrip")),
                  Boolean.TRUE.equals(token.get("rstrip"))));
    }
  }

  private static void put(
      Path file,
      Map<String, Token> tokens,
      Set<Integer> special,
      String content,
      long id,
      boolean isSpecial) {
    if (id < 0 || id >= 1 << 24) {
      throw TokenizerFiles.refused(file, "the token " + content + " has the id " + id, null);
    }
    if (content.isEmpty()) {
      return;
    }
    byte[] text = content.getBytes(StandardCharsets.UTF_8);
    tokens.put(content, new Token(text, (int) id, false, false, false));
    if (isSpecial) {
      special.add((int) id);
    } else {
      special.remove((int) id);
    }
  }

  boolean isSpecial(int id) {
    return special.contains(id);
  }

  /** Returns a text as it is split at added tokens. */
  String prepared(String text) {
    if (legacy || text.isEmpty()) {
      return text;
    }
    String plain = text.replace(SPACE, " ");
    return prefixSpace ? SPACE + plain : plain;
  }
}
