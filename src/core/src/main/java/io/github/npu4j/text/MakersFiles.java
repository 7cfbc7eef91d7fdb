package io.github.npu4j.text;

import io.github.npu4j.artifact.ModelDescription.Prefixes;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.numeric.Pooling;
import io.github.npu4j.store.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the files say that sentence-transformers and transformers write beside an encoder.
 *
 * <p>{@code modules.json} lists the modules in order, each in a folder of its own: a transformer,
 * then its pooling, dense layers and the scaling to length 1. Where there is no such list, the
 * folders {@code 1_Pooling} and {@code 2_Normalize} are looked for under their usual names.
 */
final class MakersFiles {

  /** The file that lists the modules. */
  static final String MODULES = "modules.json";

  /** The file of the architecture. */
  static final String CONFIG = "config.json";

  private static final String POOLING_CONFIG = "1_Pooling/" + CONFIG;
  private static final String LENGTH = "sentence_bert_config.json";
  private static final String PROMPTS = "config_sentence_transformers.json";
  private static final String TOKENIZER = "tokenizer_config.json";
  private static final long LARGEST = 1 << 22;
  private static final int MOST_MODULES = 32;
  private static final int MOST_POOLINGS = 16;

  /** What transformers writes for a tokenizer without a limit is far above this. */
  private static final double LONGEST = 1 << 20;

  /**
   * The architectures whose positions begin behind the padding token's number, so that a table of
   * 514 rows is for 512 tokens.
   */
  private static final Set<String> POSITIONS_AFTER_PADDING =
      Set.of(
          "roberta",
          "xlm-roberta",
          "xlm-roberta-xl",
          "camembert",
          "mpnet",
          "longformer",
          "data2vec-text",
          "esm",
          "ibert",
          "xmod");

  /** The names that sentence-transformers gives the ways of pooling, in its order. */
  private static final Map<String, Pooling> POOLINGS = poolings();

  private static final List<String> QUERY_PROMPTS = List.of("query", "search_query", "question");
  private static final List<String> PASSAGE_PROMPTS =
      List.of("document", "passage", "search_document", "corpus");

  private final Path folder;
  private final List<String> notices = new ArrayList<>();
  private final List<String> dense = new ArrayList<>();
  private List<Pooling> pooling = List.of();
  private @Nullable Boolean normalized;
  private String poolingSource = "";
  private String normalizedSource = "";

  private MakersFiles(Path folder) {
    this.folder = folder;
  }

  /**
   * Reads the files of a folder.
   *
   * @throws BadModelException if one is damaged, or lists what can't be done
   */
  static MakersFiles read(Path folder) {
    MakersFiles files = new MakersFiles(folder);
    JsonObject modules = files.parsed(MODULES);
    if (modules == null) {
      files.usualFolders();
    } else {
      files.modules(modules.objects("modules", MOST_MODULES));
    }
    return files;
  }

  private static Map<String, Pooling> poolings() {
    Map<String, Pooling> names = new LinkedHashMap<>();
    names.put("cls", Pooling.CLS);
    names.put("max", Pooling.MAX);
    names.put("mean", Pooling.MEAN);
    names.put("mean_sqrt_len_tokens", Pooling.MEAN_SQRT_LEN);
    names.put("weightedmean", Pooling.WEIGHTED_MEAN);
    names.put("lasttoken", Pooling.LAST_TOKEN);
    return names;
  }

  private void usualFolders() {
    if (Files.isRegularFile(folder.resolve(POOLING_CONFIG))) {
      pooling("1_Pooling");
    }
    for (String name : List.of("2_Normalize", "3_Normalize")) {
      if (Files.isDirectory(folder.resolve(name))) {
        normalized = true;
        normalizedSource = name;
      }
    }
  }

  private void modules(List<JsonObject> modules) {
    normalized = false;
    normalizedSource = MODULES;
    for (JsonObject module : modules) {
      String type = module.string("type");
      String name = type.substring(type.lastIndexOf('.') + 1);
      String path = module.has("path") ? module.string("path") : "";
      boolean after = Boolean.TRUE.equals(normalized);
      switch (name) {
        case "Transformer", "Dropout" -> {}
        case "Pooling" -> pooling(path);
        case "Normalize" -> normalized = true;
        case "Dense" -> {
          if (after) {
            throw undone("a dense layer after the scaling to length 1");
          }
          dense.add(path);
        }
        default -> throw undone("the module " + name);
      }
    }
  }

  private BadModelException undone(String what) {
    return new BadModelException(
        folder + " can't embed texts as its makers do",
        MODULES + " lists " + what + ", which npu4j does not support",
        "Export the model with all its modules in one graph, whose output is sentence_embedding.");
  }

  private void pooling(String path) {
    String file = path + "/" + CONFIG;
    JsonObject json = parsed(file);
    if (json == null) {
      throw new BadModelException(
          folder + " can't embed texts", MODULES + " names " + file + ", which is missing", "");
    }
    List<Pooling> found = new ArrayList<>();
    if (json.has("pooling_mode")) {
      List<String> names =
          json.isArray("pooling_mode")
              ? json.strings("pooling_mode", MOST_POOLINGS)
              : List.of(json.string("pooling_mode"));
      for (String name : names) {
        Pooling way = POOLINGS.get(name);
        if (way == null) {
          throw json.bad("pooling_mode", "is \"" + name + "\", which is not known");
        }
        found.add(way);
      }
    } else {
      for (Map.Entry<String, Pooling> way : POOLINGS.entrySet()) {
        String field = "pooling_mode_" + fieldEnd(way.getKey());
        if (json.bool(field, false)) {
          found.add(way.getValue());
        }
      }
    }
    if (!json.bool("include_prompt", true)) {
      notices.add(file + " leaves the prompt's tokens out of the pooling; npu4j counts them in");
    }
    pooling = found;
    poolingSource = file;
  }

  private static String fieldEnd(String name) {
    return switch (name) {
      case "cls" -> "cls_token";
      case "mean_sqrt_len_tokens", "lasttoken" -> name;
      default -> name + "_tokens";
    };
  }

  /** Returns the ways of pooling; none if no file says. */
  List<Pooling> pooling() {
    return pooling;
  }

  /** Returns the file that the ways of pooling are from. */
  String poolingSource() {
    return poolingSource;
  }

  /** Returns the folders of the dense layers, in order. */
  List<String> dense() {
    return dense;
  }

  /** Returns whether vectors are scaled to length 1; empty if no file says. */
  Optional<Boolean> normalized() {
    return Optional.ofNullable(normalized);
  }

  /** Returns the file or folder that says whether vectors are scaled. */
  String normalizedSource() {
    return normalizedSource;
  }

  /** Returns what was found and is not done. */
  List<String> notices() {
    return notices;
  }

  /** Returns the architecture's name; empty if no file says. */
  Optional<String> family() {
    JsonObject config = parsed(CONFIG);
    return config == null
        ? Optional.empty()
        : Optional.ofNullable(config.optionalString("model_type"));
  }

  /** Returns the class that the model was saved from, such as {@code BertForMaskedLM}. */
  Optional<String> architecture() {
    JsonObject config = parsed(CONFIG);
    return config == null || !config.isArray("architectures")
        ? Optional.empty()
        : config.strings("architectures", MOST_MODULES).stream().findFirst();
  }

  /** A length and the file that says it. */
  record Limit(int tokens, String source) {}

  /**
   * Returns the most tokens that a text may have: what sentence-transformers was told, else what
   * the tokenizer was, and never more than the model has positions. Empty if no file says.
   */
  Optional<Limit> length() {
    Optional<Limit> said = number(LENGTH, "max_seq_length");
    if (said.isEmpty()) {
      said = number(TOKENIZER, "model_max_length");
    }
    Optional<Limit> positions = positions();
    if (said.isPresent() && positions.isPresent()) {
      return said.get().tokens() <= positions.get().tokens() ? said : positions;
    }
    return said.or(() -> positions);
  }

  private Optional<Limit> positions() {
    Optional<Limit> table = number(CONFIG, "max_position_embeddings");
    if (table.isEmpty() || !POSITIONS_AFTER_PADDING.contains(family().orElse(""))) {
      return table;
    }
    OptionalInt padding =
        number(CONFIG, "pad_token_id")
            .map(limit -> OptionalInt.of(limit.tokens()))
            .orElse(OptionalInt.empty());
    int tokens = table.get().tokens() - padding.orElse(1) - 1;
    return tokens < 1 ? table : Optional.of(new Limit(tokens, table.get().source()));
  }

  private Optional<Limit> number(String file, String field) {
    JsonObject json = parsed(file);
    if (json == null || !json.has(field)) {
      return Optional.empty();
    }
    double value = json.number(field);
    return value >= 1 && value <= LONGEST
        ? Optional.of(new Limit((int) value, file))
        : Optional.empty();
  }

  /** Returns the prompts for queries and passages; empty texts where there are none. */
  Prefixes prefixes() {
    JsonObject json = parsed(PROMPTS);
    if (json == null || !json.has("prompts")) {
      return Prefixes.NONE;
    }
    JsonObject prompts = json.object("prompts");
    String always = json.optionalString("default_prompt_name");
    if (always != null) {
      notices.add(
          PROMPTS
              + " puts the prompt \""
              + always
              + "\" before every text; npu4j puts one only where a role is named");
    }
    return new Prefixes(prompt(prompts, QUERY_PROMPTS), prompt(prompts, PASSAGE_PROMPTS));
  }

  /** Returns the file that prompts are from. */
  static String promptSource() {
    return PROMPTS;
  }

  private static String prompt(JsonObject prompts, List<String> names) {
    for (String name : names) {
      if (prompts.has(name)) {
        return prompts.string(name);
      }
    }
    return "";
  }

  /** Reads a file of the folder; a list at the top becomes the field {@code modules}. */
  private @Nullable JsonObject parsed(String name) {
    Path file = folder.resolve(name);
    if (!Files.isRegularFile(file)) {
      return null;
    }
    try {
      if (Files.size(file) > LARGEST) {
        throw new BadModelException(
            file + " can't be read", "it is larger than any configuration", "It is another file.");
      }
      String text = Files.readString(file);
      String object = text.stripLeading().startsWith("[") ? "{\"modules\":" + text + "}" : text;
      return JsonObject.parse(
          object.getBytes(StandardCharsets.UTF_8), file.toString(), "Copy it once more.");
    } catch (IOException unreadable) {
      throw new BadModelException(
          file + " can't be read", String.valueOf(unreadable), "", unreadable);
    }
  }
}
