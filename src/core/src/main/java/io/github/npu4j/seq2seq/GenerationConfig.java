package io.github.npu4j.seq2seq;

import io.github.npu4j.artifact.ModelDescription;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.family.Seq2SeqFolder;
import io.github.npu4j.seq2seq.generation.GenerationOptions;
import io.github.npu4j.seq2seq.generation.Strategy;
import io.github.npu4j.seq2seq.generation.Strategy.Beams;
import io.github.npu4j.seq2seq.generation.Strategy.EarlyStopping;
import io.github.npu4j.seq2seq.generation.Strategy.Sampling;
import io.github.npu4j.seq2seq.generation.TokenRules;
import io.github.npu4j.store.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a checkpoint's {@code generation_config.json}, or the {@code config.json} beside it, says of
 * answers: the special tokens, and the defaults of the options.
 *
 * @param start the decoder's start token
 * @param ends the tokens that end an answer
 * @param defaults the options that a model's makers chose
 * @param notDone the settings that the makers chose and that are not done here, by name
 */
record GenerationConfig(
    int start, Set<Integer> ends, GenerationOptions defaults, List<String> notDone) {

  /** The file of the architecture, where the options used to be. */
  static final String OLD_FILE = "config.json";

  /** The length where no file limits an answer. */
  private static final int USUAL_MAXIMUM = 256;

  private static final long LARGEST_FILE = 1 << 20;
  private static final int MOST_TOKENS = 1 << 20;
  static final int MOST_ITEMS = 1 << 16;

  /**
   * Reads the files of a folder.
   *
   * @throws BadModelException if there is neither, or it can't be read, or its values can't be
   */
  static GenerationConfig read(Path folder) {
    JsonObject chosen = parsed(folder.resolve(Seq2SeqFolder.GENERATION_CONFIG));
    JsonObject architecture = parsed(folder.resolve(OLD_FILE));
    if (chosen == null && architecture == null) {
      throw new BadModelException(
          folder + " can't generate text",
          "it has neither " + Seq2SeqFolder.GENERATION_CONFIG + " nor " + OLD_FILE,
          "Copy them from the checkpoint, or export it again.");
    }
    JsonObject options = chosen != null ? chosen : Objects.requireNonNull(architecture);
    // A file of options need not name the special tokens: they are the architecture's then.
    boolean named = options.has("eos_token_id") || architecture == null;
    try {
      return of(named ? options : Objects.requireNonNull(architecture), options);
    } catch (IllegalArgumentException refused) {
      throw new BadModelException(
          folder.resolve(chosen != null ? Seq2SeqFolder.GENERATION_CONFIG : OLD_FILE)
              + " asks for what can't be",
          String.valueOf(refused.getMessage()),
          "",
          refused);
    }
  }

  /**
   * Returns the same with answers no longer than a model folder's description says, or than {@value
   * #USUAL_MAXIMUM} tokens if no file says.
   */
  GenerationConfig within(ModelDescription description) {
    String setting = description.settings().get(Seq2SeqFolder.MAXIMUM_LENGTH_SETTING);
    int most = USUAL_MAXIMUM;
    if (setting != null) {
      if (!setting.matches("[1-9][0-9]{0,5}")) {
        throw new BadModelException(
            "the setting " + Seq2SeqFolder.MAXIMUM_LENGTH_SETTING + " of npu4j.json can't be read",
            "\"" + setting + "\" is not a number of tokens",
            "Export the checkpoint again.");
      }
      most = Integer.parseInt(setting);
    }
    return defaults.maximumTokens() < Integer.MAX_VALUE && setting == null
        ? this
        : new GenerationConfig(
            start,
            ends,
            defaults.withMaximumTokens(Math.min(defaults.maximumTokens(), most)),
            notDone);
  }

  private static @Nullable JsonObject parsed(Path file) {
    return Files.isRegularFile(file) ? JsonObject.parse(bytes(file), file.toString()) : null;
  }

  private static byte[] bytes(Path file) {
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw new BadModelException(
            file + " can't be read", "it is larger than any configuration", "It is another file.");
      }
      return Files.readAllBytes(file);
    } catch (IOException unreadable) {
      throw new BadModelException(
          file + " can't be read", String.valueOf(unreadable), "", unreadable);
    }
  }

  private static GenerationConfig of(JsonObject tokens, JsonObject options) {
    Set<Integer> ends = new LinkedHashSet<>(tokens(tokens, "eos_token_id"));
    int start =
        integer(tokens, "decoder_start_token_id")
            .orElseGet(() -> integer(tokens, "bos_token_id").orElse(0));
    return new GenerationConfig(start, ends, defaults(options), ScoreSettings.notDone(options));
  }

  private static GenerationOptions defaults(JsonObject json) {
    // max_length and min_length count the decoder's start token, the newer names don't.
    int maximum =
        integer(json, "max_new_tokens")
            .orElseGet(() -> lessStart(json, "max_length", Integer.MAX_VALUE));
    int minimum = integer(json, "min_new_tokens").orElseGet(() -> lessStart(json, "min_length", 0));
    return GenerationOptions.defaults()
        .withMaximumTokens(maximum)
        .withMinimumTokens(Math.min(minimum, maximum))
        .withStrategy(strategy(json))
        .withRepetitionPenalty((float) number(json, "repetition_penalty", 1))
        .withNoRepeatNgram(integer(json, "no_repeat_ngram_size").orElse(0))
        .withTokens(rules(json))
        .withScores(ScoreSettings.rules(json))
        .withStops(ScoreSettings.stops(json));
  }

  private static int lessStart(JsonObject json, String name, int otherwise) {
    OptionalInt length = integer(json, name);
    int floor = name.startsWith("max") ? 1 : 0;
    return length.isPresent() ? Math.max(floor, length.getAsInt() - 1) : otherwise;
  }

  private static Strategy strategy(JsonObject json) {
    int beams = integer(json, "num_beams").orElse(1);
    int answers = integer(json, "num_return_sequences").orElse(1);
    if (beams > 1) {
      return new Beams(
          beams,
          Math.clamp(answers, 1, beams),
          (float) number(json, "length_penalty", 1),
          stopping(json));
    }
    if (json.bool("do_sample", false)) {
      return new Sampling(
          (float) number(json, "temperature", 1),
          integer(json, "top_k").orElse(50), // transformers' own default
          (float) number(json, "top_p", 1),
          0,
          Math.max(1, answers),
          new Sampling.Cut(
              (float) number(json, "min_p", 0),
              (float) Math.min(1, number(json, "typical_p", 1)),
              (float) number(json, "epsilon_cutoff", 0),
              (float) number(json, "eta_cutoff", 0)));
    }
    return new Strategy.Greedy();
  }

  private static EarlyStopping stopping(JsonObject json) {
    if (!json.has("early_stopping")) {
      return EarlyStopping.LIKELY;
    }
    if (json.isString("early_stopping")) {
      return EarlyStopping.CERTAIN;
    }
    return json.bool("early_stopping") ? EarlyStopping.AT_ONCE : EarlyStopping.LIKELY;
  }

  private static TokenRules rules(JsonObject json) {
    TokenRules rules =
        TokenRules.NONE
            .withFirst(tokens(json, "forced_bos_token_id"))
            .withBanned(new TreeSet<>(tokens(json, "suppress_tokens")))
            .withBannedSequences(sequences(json));
    OptionalInt last = integer(json, "forced_eos_token_id");
    return last.isPresent() ? rules.withLast(last.getAsInt()) : rules;
  }

  private static List<List<Integer>> sequences(JsonObject json) {
    return json.has("bad_words_ids")
        ? json.integerLists("bad_words_ids", MOST_ITEMS, 0, Integer.MAX_VALUE).stream()
            .map(ids -> Arrays.stream(ids).mapToObj(id -> (int) id).toList())
            .toList()
        : List.of();
  }

  /** Reads one token or a list of them. */
  static List<Integer> tokens(JsonObject json, String name) {
    if (!json.has(name)) {
      return List.of();
    }
    if (json.isArray(name)) {
      return Arrays.stream(json.integers(name, MOST_ITEMS, 0, Integer.MAX_VALUE))
          .mapToObj(id -> (int) id)
          .collect(Collectors.toList());
    }
    return List.of(json.integer(name, 0, Integer.MAX_VALUE));
  }

  static OptionalInt integer(JsonObject json, String name) {
    return json.has(name)
        ? OptionalInt.of(json.integer(name, 0, MOST_TOKENS))
        : OptionalInt.empty();
  }

  static double number(JsonObject json, String name, double otherwise) {
    return json.has(name) ? json.number(name) : otherwise;
  }
}
