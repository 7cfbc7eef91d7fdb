package io.github.npu4j.seq2seq;

import static io.github.npu4j.seq2seq.GenerationConfig.MOST_ITEMS;

import io.github.npu4j.seq2seq.generation.ScoreRules;
import io.github.npu4j.seq2seq.generation.ScoreRules.LengthDecay;
import io.github.npu4j.seq2seq.generation.Stops;
import io.github.npu4j.store.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The settings of {@code generation_config.json} that few models have. */
final class ScoreSettings {

  private static final String DECAY = "exponential_decay_length_penalty";
  private static final String FORCED = "forced_decoder_ids";

  /** What transformers does by these and npu4j does not, each off at null, 0, 1 or false. */
  private static final List<String> NOT_DONE =
      List.of(
          "assistant_early_exit",
          "constraints",
          "diversity_penalty",
          "dola_layers",
          "force_words_ids",
          "guidance_scale",
          "num_beam_groups",
          "penalty_alpha",
          "prompt_lookup_num_tokens",
          "remove_invalid_values",
          "renormalize_logits",
          "token_healing",
          "top_h",
          "watermarking_config");

  private ScoreSettings() {}

  /** Returns the names of the settings that are on and not done. */
  static List<String> notDone(JsonObject json) {
    List<String> names = new ArrayList<>(NOT_DONE);
    names.removeIf(name -> !json.isSet(name));
    if (json.isSet("num_beams") && json.bool("do_sample", false)) {
      names.add("do_sample with num_beams");
    }
    return List.copyOf(names);
  }

  static ScoreRules rules(JsonObject json) {
    ScoreRules rules =
        ScoreRules.NONE
            .withSequenceBias(biases(json))
            .withSourceRepetitionPenalty(
                (float) GenerationConfig.number(json, "encoder_repetition_penalty", 1))
            .withSourceNoRepeatNgram(
                GenerationConfig.integer(json, "encoder_no_repeat_ngram_size").orElse(0))
            .withBannedFirst(new TreeSet<>(GenerationConfig.tokens(json, "begin_suppress_tokens")))
            .withForced(forced(json));
    if (!json.has(DECAY)) {
      return rules;
    }
    double[] decay = json.numbers(DECAY, 2);
    if (decay.length != 2 || decay[0] != Math.rint(decay[0]) || decay[0] > Integer.MAX_VALUE) {
      throw json.bad(DECAY, "is not a number of tokens and a factor");
    }
    return rules.withLengthDecay(new LengthDecay((int) decay[0], (float) decay[1]));
  }

  /** Reads {@code [[[token, ...], bias], ...]}. */
  private static Map<List<Integer>, Float> biases(JsonObject json) {
    Map<List<Integer>, Float> biases = new LinkedHashMap<>();
    if (json.has("sequence_bias")) {
      for (JsonObject item : json.tuples("sequence_bias", MOST_ITEMS)) {
        long[] tokens = item.integers("0", MOST_ITEMS, 0, Integer.MAX_VALUE);
        biases.put(
            Arrays.stream(tokens).mapToObj(id -> (int) id).toList(), (float) item.number("1"));
      }
    }
    return biases;
  }

  /** Reads {@code [[place, token], ...]}; place 0 is the decoder's start token. */
  private static Map<Integer, Integer> forced(JsonObject json) {
    Map<Integer, Integer> forced = new TreeMap<>();
    if (json.has(FORCED)) {
      for (JsonObject pair : json.tuples(FORCED, MOST_ITEMS)) {
        forced.put(
            pair.integer("0", 1, Integer.MAX_VALUE) - 1, pair.integer("1", 0, Integer.MAX_VALUE));
      }
    }
    return forced;
  }

  static Stops stops(JsonObject json) {
    if (!json.has("stop_strings")) {
      return Stops.NONE;
    }
    List<String> strings =
        json.isString("stop_strings")
            ? List.of(json.string("stop_strings"))
            : json.strings("stop_strings", MOST_ITEMS);
    return new Stops(Set.of(), strings);
  }
}
