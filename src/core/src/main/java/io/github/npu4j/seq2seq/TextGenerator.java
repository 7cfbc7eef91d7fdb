package io.github.npu4j.seq2seq;

import io.github.npu4j.engine.Placement;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.internal.events.Events;
import io.github.npu4j.seq2seq.generation.Generation;
import io.github.npu4j.seq2seq.generation.GenerationOptions;
import io.github.npu4j.seq2seq.generation.Strategy;
import io.github.npu4j.seq2seq.generation.Strategy.Beams;
import io.github.npu4j.seq2seq.generation.Strategy.Greedy;
import io.github.npu4j.seq2seq.generation.Strategy.Sampling;
import io.github.npu4j.seq2seq.generation.TextListener;
import io.github.npu4j.seq2seq.generation.Timings;
import io.github.npu4j.seq2seq.search.BeamSearch;
import io.github.npu4j.seq2seq.search.DecodeLoop;
import io.github.npu4j.seq2seq.search.Decoder;
import io.github.npu4j.seq2seq.search.DecoderPool;
import io.github.npu4j.seq2seq.search.DecoderSource;
import io.github.npu4j.seq2seq.search.LogitsRules;
import io.github.npu4j.seq2seq.search.Prefix;
import io.github.npu4j.seq2seq.search.Sampler;
import io.github.npu4j.seq2seq.search.Search;
import io.github.npu4j.seq2seq.search.SingleSearch;
import io.github.npu4j.seq2seq.search.Stopping;
import io.github.npu4j.seq2seq.search.TextStream;
import io.github.npu4j.tensor.OffHeap;
import io.github.npu4j.tokenizer.Encoding;
import io.github.npu4j.tokenizer.Tokenizer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Writes the answers to some texts: makes the searches, drives a decoder, and reads the answers.
 */
final class TextGenerator {

  private final String model;
  private final DecoderSource source;
  private final DecoderPool pool;
  private final Tokenizer tokenizer;
  private final GenerationConfig config;
  private final IntPredicate isByte;

  /**
   * Prepares to write.
   *
   * @param model what the model is called
   * @param isByte whether a token stands for one byte
   */
  TextGenerator(
      String model,
      DecoderSource source,
      Tokenizer tokenizer,
      GenerationConfig config,
      IntPredicate isByte) {
    this.model = model;
    this.source = source;
    this.pool = new DecoderPool(source);
    this.tokenizer = tokenizer;
    this.config = config;
    this.isByte = isByte;
  }

  DecoderPool pool() {
    return pool;
  }

  /** Returns how many texts go together well with some options. */
  int textsAtOnce(GenerationOptions options) {
    return Math.max(1, source.mostTexts() / rowsOf(options.strategy()));
  }

  /**
   * Writes the answers to texts.
   *
   * @param listener is called with the one answer to one text
   * @param cancelled asked before each step
   * @param counters count the steps
   * @return the answers to each text, best first
   */
  List<List<Generation>> write(
      List<Encoding> texts,
      GenerationOptions options,
      TextListener listener,
      BooleanSupplier cancelled,
      Seq2SeqCounters counters) {
    long start = System.nanoTime();
    Events.Generate event = Events.generate();
    int longest = texts.stream().mapToInt(Encoding::length).max().orElseThrow();
    int bucket = source.bucket(longest);
    Decoder decoder = pool.take(bucket);
    boolean ended = false;
    try (Arena scratch = Arena.ofConfined()) {
      Job job = new Job(texts, options, listener, scratch);
      DecodeLoop loop =
          new DecodeLoop(
              decoder, job.searches, job.textOf, texts.size() * rowsOf(options.strategy()));
      long prepared = System.nanoTime() - start;
      loop.run(texts, cancelled);
      ended = true;
      Timings timings = loop.timings();
      counters.ran(timings.steps(), decoder.queueNanos());
      List<List<Generation>> answers =
          job.answers(
              new Timings(prepared + timings.prefillNanos(), timings.stepNanos(), timings.steps()));
      if (event != null) {
        end(event, texts, answers, bucket, timings.steps(), decoder.queueNanos());
      }
      return answers;
    } finally {
      if (ended) {
        pool.give(bucket, decoder);
      } else {
        decoder.close();
      }
    }
  }

  private void end(
      Events.Generate event,
      List<Encoding> texts,
      List<List<Generation>> answers,
      int bucket,
      int steps,
      long queueNanos) {
    Placement here = source.placement();
    event.end(
        model,
        here.device().name().toLowerCase(Locale.ROOT),
        here.engine().label(),
        texts.size(),
        texts.stream().mapToInt(Encoding::length).sum(),
        answers.stream().flatMap(List::stream).mapToInt(answer -> answer.ids().size()).sum(),
        bucket,
        steps,
        queueNanos);
  }

  /** Returns whether an answer with some options is told while it is made. */
  static boolean streams(GenerationOptions options) {
    return rowsOf(options.strategy()) == 1;
  }

  private static int rowsOf(Strategy strategy) {
    return switch (strategy) {
      case Greedy _ -> 1;
      case Beams beams -> beams.beams();
      case Sampling sampling -> sampling.answers();
    };
  }

  private List<Integer> tokensOf(String word) {
    List<Integer> tokens = new ArrayList<>();
    for (long id : tokenizer.encode(word).ids()) {
      tokens.add((int) id);
    }
    while (!tokens.isEmpty() && config.ends().contains(tokens.getLast())) {
      tokens.removeLast();
    }
    if (tokens.isEmpty()) {
      throw new BadInputException(
          "can't ban \"" + word + "\"", "the tokenizer makes no token of it", "Leave it out.");
    }
    return tokens;
  }

  /** The searches of one call. */
  private final class Job {
    private final List<Encoding> texts;
    private final GenerationOptions options;
    private final Stopping stopping;
    private final List<Search> searches = new ArrayList<>();
    private final int[] textOf;
    private final @Nullable TextStream stream;

    Job(List<Encoding> texts, GenerationOptions options, TextListener listener, Arena scratch) {
      this.texts = texts;
      this.options = options;
      Set<Integer> ends = new LinkedHashSet<>(config.ends());
      ends.addAll(options.stops().tokens());
      this.stopping =
          new Stopping(
              ends,
              Math.min(options.maximumTokens(), source.maxNewTokens()),
              options.stops().strings(),
              tokenizer::decode);
      this.stream =
          texts.size() == 1 && streams(options) && listener != TextListener.NONE
              ? new TextStream(tokenizer::decode, isByte, listener)
              : null;
      int each = options.strategy() instanceof Sampling sampling ? sampling.answers() : 1;
      this.textOf = new int[texts.size() * each];
      for (int text = 0; text < texts.size(); text++) {
        add(text, scratch);
      }
    }

    /** Adds the searches for the answers to a text. */
    private void add(int text, Arena scratch) {
      switch (options.strategy()) {
        case Greedy _ -> addSingle(text, null, scratch);
        case Beams beams -> {
          textOf[searches.size()] = text;
          searches.add(new BeamSearch(beams, this::prefix, rules(text), stopping, scores(scratch)));
        }
        case Sampling sampling -> {
          SplittableRandom seeds = new SplittableRandom(sampling.seed());
          for (int i = 0; i < sampling.answers(); i++) {
            addSingle(text, new Sampler(sampling, seeds.split()), scratch);
          }
        }
      }
    }

    private void addSingle(int text, @Nullable Sampler sampler, Arena scratch) {
      LogitsRules rules = rules(text);
      boolean untouched = rules.isEmpty() && sampler == null;
      textOf[searches.size()] = text;
      searches.add(
          new SingleSearch(
              prefix(), rules, stopping, sampler, untouched ? null : scores(scratch), stream));
    }

    private Prefix prefix() {
      int most = stopping.maximumTokens();
      return new Prefix(
          config.start(), most, options.constraint().map(one -> one.within(most)).orElse(null));
    }

    private LogitsRules rules(int text) {
      return LogitsRules.of(
          options,
          source.vocabulary(),
          stopping.maximumTokens(),
          List.copyOf(config.ends()),
          texts.get(text).ids(),
          TextGenerator.this::tokensOf);
    }

    private MemorySegment scores(Arena scratch) {
      return OffHeap.allocate(scratch, (long) source.vocabulary() * Float.BYTES);
    }

    private List<List<Generation>> answers(Timings timings) {
      List<List<Generation>> answers = new ArrayList<>();
      texts.forEach(_ -> answers.add(new ArrayList<>()));
      for (int i = 0; i < searches.size(); i++) {
        Encoding text = texts.get(textOf[i]);
        for (Search.Found found : searches.get(i).answers()) {
          answers
              .get(textOf[i])
              .add(
                  new Generation(
                      text(found),
                      found.ids(),
                      found.ending(),
                      found.score(),
                      text.totalTokens(),
                      text.truncated(),
                      timings));
        }
      }
      return answers;
    }

    private String text(Search.Found found) {
      if (stream != null) {
        return stream.finish();
      }
      return tokenizer.decode(found.ids().stream().mapToLong(Integer::longValue).toArray());
    }
  }
}
