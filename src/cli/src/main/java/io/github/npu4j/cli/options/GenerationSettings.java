package io.github.npu4j.cli.options;

import io.github.npu4j.seq2seq.generation.GenerationOptions;
import io.github.npu4j.seq2seq.generation.Stops;
import io.github.npu4j.seq2seq.generation.Strategy;
import io.github.npu4j.seq2seq.generation.Strategy.Beams;
import io.github.npu4j.seq2seq.generation.Strategy.EarlyStopping;
import io.github.npu4j.seq2seq.generation.Strategy.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of every command that has answers made: what isn't given is the model's default. */
public final class GenerationSettings {

  @Spec(Spec.Target.MIXEE)
  @Nullable CommandSpec spec;

  @Option(
      names = "--max-length",
      paramLabel = "N",
      description = "The most tokens of an answer, the end token counted.")
  @Nullable Integer maximum;

  @Option(
      names = "--min-length",
      paramLabel = "N",
      description = "The least tokens of an answer, the end token not counted.")
  @Nullable Integer minimum;

  @Option(
      names = "--beams",
      paramLabel = "N",
      description = "Search with N beams; 1 takes the most probable token at each step.")
  @Nullable Integer beams;

  @Option(
      names = "--return",
      paramLabel = "N",
      description = "Give the N best answers of a beam search, or draw N answers.")
  @Nullable Integer answers;

  @Option(
      names = "--length-penalty",
      paramLabel = "X",
      description = "With beams, the power of the length that scores are divided by.")
  @Nullable Float lengthPenalty;

  @Option(
      names = "--early-stopping",
      paramLabel = "WHEN",
      description = "With beams, when to look no further: at-once, likely or certain.")
  @Nullable String earlyStopping;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "X",
      description = "Make tokens that have come already less likely, by this factor above 1.")
  @Nullable Float repetitionPenalty;

  @Option(
      names = "--no-repeat-ngram",
      paramLabel = "N",
      description = "Let no sequence of N tokens come twice.")
  @Nullable Integer noRepeatNgram;

  @Option(
      names = "--temperature",
      paramLabel = "X",
      description = "Draw tokens by chance, by their scores divided by X.")
  @Nullable Float temperature;

  @Option(
      names = "--top-k",
      paramLabel = "N",
      description = "Draw tokens by chance, from the N most probable.")
  @Nullable Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "X",
      description = "Draw tokens by chance, from the most probable that have the share X together.")
  @Nullable Float topP;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Draw tokens by chance, the same with the same seed. Default: 0.")
  @Nullable Long seed;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "End an answer once it has this text; may be given several times.")
  List<String> stops = new ArrayList<>();

  @Option(
      names = "--ban",
      paramLabel = "WORD",
      description = "Let this word not come; may be given several times.")
  List<String> banned = new ArrayList<>();

  /**
   * Returns the options.
   *
   * @param defaults the model's
   * @throws ParameterException if they contradict each other or have no sense
   */
  public GenerationOptions options(GenerationOptions defaults) {
    try {
      GenerationOptions options = maximum == null ? defaults : defaults.withMaximumTokens(maximum);
      options = minimum == null ? options : options.withMinimumTokens(minimum);
      options =
          repetitionPenalty == null ? options : options.withRepetitionPenalty(repetitionPenalty);
      options = noRepeatNgram == null ? options : options.withNoRepeatNgram(noRepeatNgram);
      if (!stops.isEmpty()) {
        options = options.withStops(new Stops(Set.of(), stops));
      }
      if (!banned.isEmpty()) {
        options = options.withTokens(options.tokens().withBannedWords(banned));
      }
      return options.withStrategy(strategy(options.strategy()));
    } catch (IllegalArgumentException refused) {
      throw new ParameterException(
          java.util.Objects.requireNonNull(spec).commandLine(),
          String.valueOf(refused.getMessage()),
          refused);
    }
  }

  private Strategy strategy(Strategy usual) {
    boolean drawn = temperature != null || topK != null || topP != null || seed != null;
    if (beams != null && beams > 1) {
      if (drawn) {
        throw new IllegalArgumentException(
            "beams and drawing by chance exclude each other: leave out --beams, or --temperature,"
                + " --top-k, --top-p and --seed");
      }
      Beams search = usual instanceof Beams own ? own : Beams.of(beams);
      return beamSearch(search, beams);
    }
    if (drawn || (usual instanceof Sampling && beams == null)) {
      return sampling(usual instanceof Sampling own ? own : Sampling.of(0));
    }
    if (usual instanceof Beams own && beams == null) {
      return beamSearch(own, own.beams());
    }
    if (answers != null && answers != 1) {
      throw new IllegalArgumentException(
          "several answers need --beams, or --temperature to draw them");
    }
    if (beams != null && beams != 1) {
      throw new IllegalArgumentException(beams + " beams can't be");
    }
    return new Strategy.Greedy();
  }

  private Beams beamSearch(Beams usual, int count) {
    return new Beams(
        count,
        answers == null ? Math.min(usual.answers(), count) : answers,
        lengthPenalty == null ? usual.lengthPenalty() : lengthPenalty,
        earlyStopping == null ? usual.stopping() : stopping(earlyStopping));
  }

  private static EarlyStopping stopping(String word) {
    return switch (word) {
      case "at-once" -> EarlyStopping.AT_ONCE;
      case "likely" -> EarlyStopping.LIKELY;
      case "certain" -> EarlyStopping.CERTAIN;
      default ->
          throw new IllegalArgumentException(
              "--early-stopping is at-once, likely or certain, not " + word);
    };
  }

  private Sampling sampling(Sampling usual) {
    return new Sampling(
        temperature == null ? usual.temperature() : temperature,
        topK == null ? usual.topK() : topK,
        topP == null ? usual.topP() : topP,
        seed == null ? usual.seed() : seed,
        answers == null ? usual.answers() : answers);
  }
}
