package io.github.npu4j.seq2seq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.family.Seq2SeqFolder;
import io.github.npu4j.family.t5.T5Checkpoint;
import io.github.npu4j.family.t5.T5Export;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.seq2seq.cpu.CpuModels;
import io.github.npu4j.seq2seq.generation.Generation;
import io.github.npu4j.seq2seq.generation.GenerationOptions;
import io.github.npu4j.seq2seq.generation.Strategy.Beams;
import io.github.npu4j.seq2seq.generation.Strategy.Sampling;
import io.github.npu4j.seq2seq.generation.TextListener;
import io.github.npu4j.seq2seq.generation.TokenRules;
import io.github.npu4j.seq2seq.search.DecoderSource;
import io.github.npu4j.store.Progress;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.testing.RandomT5;
import io.github.npu4j.testing.SafetensorsEdit;
import io.github.npu4j.tokenizer.Encoding;
import io.github.npu4j.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Answers by shortlists are those by all scores, whatever the weights are. */
@Timeout(120)
class ShortlistIT {

  private static final int VOCABULARY = 2500;
  private static final int WIDTH = 64;
  private static final String OUTPUT = "lm_head.weight";
  private static final String LAST_NORM = "decoder.final_layer_norm.weight";
  private static final GenerationOptions SHORT = GenerationOptions.defaults().withMaximumTokens(14);

  @TempDir private Path folder;

  /** Weights, and whether shortlists prove anything with them. */
  private enum Weights {
    /** Random ones. */
    ORDINARY(true) {
      @Override
      void edit(SafetensorsEdit checkpoint) {}
    },
    /** One dimension of the hidden state is a thousand times the others. */
    OUTLIERS(true) {
      @Override
      void edit(SafetensorsEdit checkpoint) throws IOException {
        checkpoint.edit(LAST_NORM, norm -> norm[5] *= 1000);
      }
    },
    /** A row of one value that is a million times the others. */
    SPIKES(true) {
      @Override
      void edit(SafetensorsEdit checkpoint) throws IOException {
        checkpoint.edit(
            OUTPUT,
            rows -> {
              for (int row = 0; row < VOCABULARY; row += 7) {
                rows[row * WIDTH + row % WIDTH] *= 1e6f;
              }
            });
      }
    },
    /** Each token has another of equal scores: the lowest is to be taken. */
    TWINS(false) {
      @Override
      void edit(SafetensorsEdit checkpoint) throws IOException {
        checkpoint.edit(
            OUTPUT,
            rows -> {
              int half = VOCABULARY / 2 * WIDTH;
              System.arraycopy(rows, 0, rows, half, half);
            });
      }
    },
    /** Each token has another whose scores differ in the last digits. */
    NEIGHBOURS(false) {
      @Override
      void edit(SafetensorsEdit checkpoint) throws IOException {
        checkpoint.edit(
            OUTPUT,
            rows -> {
              int half = VOCABULARY / 2 * WIDTH;
              for (int i = 0; i < half; i++) {
                rows[half + i] = i % 3 == 0 ? Math.nextUp(rows[i]) : rows[i];
              }
            });
      }
    },
    /** All but three tokens have the score 0. */
    ZEROS(true) {
      @Override
      void edit(SafetensorsEdit checkpoint) throws IOException {
        checkpoint.edit(OUTPUT, rows -> Arrays.fill(rows, 3 * WIDTH, rows.length, 0));
      }
    },
    /** Scores overflow. */
    HUGE(false) {
      @Override
      void edit(SafetensorsEdit checkpoint) throws IOException {
        checkpoint.edit(LAST_NORM, norm -> scale(norm, 1e30f));
        checkpoint.edit(OUTPUT, rows -> scale(rows, 1e10f));
      }
    },
    /** Hidden states are next to nothing. */
    TINY(false) {
      @Override
      void edit(SafetensorsEdit checkpoint) throws IOException {
        checkpoint.edit(LAST_NORM, norm -> scale(norm, 1e-30f));
      }
    },
    /** Hidden states are 0. */
    NOTHING(false) {
      @Override
      void edit(SafetensorsEdit checkpoint) throws IOException {
        checkpoint.edit(LAST_NORM, norm -> scale(norm, 0));
      }
    },
    /** Hidden states are not numbers. */
    NOT_NUMBERS(false) {
      @Override
      void edit(SafetensorsEdit checkpoint) throws IOException {
        checkpoint.edit(LAST_NORM, norm -> norm[3] = Float.NaN);
      }
    };

    private final boolean provable;

    Weights(boolean provable) {
      this.provable = provable;
    }

    abstract void edit(SafetensorsEdit checkpoint) throws IOException;

    private static void scale(float[] values, float factor) {
      for (int i = 0; i < values.length; i++) {
        values[i] *= factor;
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void tokensAreThoseOfAllScores(Weights weights) throws IOException {
    Path checkpoint = checkpoint(weights);
    try (CpuModels full = CpuModels.open(export(checkpoint, false), options(), 0);
        CountingSource lists =
            new CountingSource(CpuModels.open(export(checkpoint, true), options(), 0))) {
      for (Encoding text : texts(8)) {
        compare(answers(full, checkpoint, SHORT, text), answers(lists, checkpoint, SHORT, text));
      }
      assertTrue(lists.asked() > 8, "asked for " + lists.asked());
      if (weights.provable) {
        assertTrue(lists.scored() < lists.asked() / 2, lists.scored() + " of " + lists.asked());
      } else {
        assertEquals(lists.asked(), lists.scored());
      }
    }
  }

  @Test
  void optionsAreKeptTo() throws IOException {
    Path checkpoint = checkpoint(Weights.ORDINARY);
    try (CpuModels full = CpuModels.open(export(checkpoint, false), options(), 0);
        CountingSource lists =
            new CountingSource(CpuModels.open(export(checkpoint, true), options(), 0))) {
      List<Encoding> texts = texts(3);
      List<Integer> first = answers(full, checkpoint, SHORT, texts.getFirst()).getFirst().ids();
      TokenRules rules = TokenRules.NONE;
      for (GenerationOptions by :
          List.of(
              SHORT.withMaximumTokens(40).withMinimumTokens(40),
              SHORT.withTokens(rules.withBanned(Set.copyOf(first))),
              SHORT.withTokens(rules.withBannedSequences(List.of(first.subList(0, 2)))),
              SHORT.withNoRepeatNgram(1))) {
        long before = lists.asked();
        for (Encoding text : texts) {
          compare(answers(full, checkpoint, by, text), answers(lists, checkpoint, by, text));
        }
        assertTrue(lists.asked() > before);
        compare(answers(full, checkpoint, by, texts), answers(lists, checkpoint, by, texts));
      }
      assertTrue(lists.scored() < lists.asked() / 2, lists.scored() + " of " + lists.asked());
      long before = lists.asked();
      for (GenerationOptions by :
          List.of(
              SHORT.withRepetitionPenalty(1.5f),
              SHORT.withTokens(rules.withFirst(List.of(77, 78))),
              SHORT.withTokens(rules.withLast(5)),
              SHORT.withStrategy(Beams.of(3)),
              SHORT.withStrategy(Sampling.of(3)))) {
        for (Encoding text : texts) {
          compare(answers(full, checkpoint, by, text), answers(lists, checkpoint, by, text));
        }
      }
      assertEquals(before, lists.asked(), "these need all scores");
    }
  }

  @Test
  void aDecoderThatTheListsAreNotForIsUsedAlone() throws IOException {
    Path lists = export(checkpoint(Weights.ORDINARY), true);
    try (CpuModels models = CpuModels.open(lists, options(), 0)) {
      assertEquals(64, models.listedTokens());
    }
    byte[] description = {0x32, 1, 'x'}; // ModelProto.doc_string
    Files.write(
        lists.resolve(Seq2SeqFolder.DECODER_WITH_PAST), description, StandardOpenOption.APPEND);
    try (CpuModels models = CpuModels.open(lists, options(), 0)) {
      assertEquals(0, models.listedTokens());
    }
  }

  @Test
  void nothingIsListedByWeightsThatAreNotFinite() throws IOException {
    Path checkpoint = checkpoint(Weights.ORDINARY);
    new SafetensorsEdit(checkpoint).edit(OUTPUT, rows -> rows[999] = Float.POSITIVE_INFINITY);
    Path made = export(checkpoint, true);
    assertTrue(Files.exists(made.resolve(Seq2SeqFolder.DECODER_WITH_PAST)));
    assertFalse(Files.exists(made.resolve(Seq2SeqFolder.SHORTLIST_STEP)));
  }

  private static OpenOptions options() {
    return OpenOptions.on(Device.CPU).withThreads(1);
  }

  private static void compare(List<Generation> expected, List<Generation> actual) {
    assertEquals(
        expected.stream().map(Generation::ids).toList(),
        actual.stream().map(Generation::ids).toList());
    for (int i = 0; i < expected.size(); i++) {
      double score = expected.get(i).score();
      double allowed = Double.isNaN(score) ? 1 : 1e-5 * Math.max(1, Math.abs(score));
      assertEquals(score, actual.get(i).score(), allowed);
      assertEquals(expected.get(i).ending(), actual.get(i).ending());
    }
  }

  private static List<Generation> answers(
      DecoderSource source, Path checkpoint, GenerationOptions options, Encoding text)
      throws IOException {
    return answers(source, checkpoint, options, List.of(text));
  }

  /** Returns the best answer to each text, all of which are answered together. */
  private static List<Generation> answers(
      DecoderSource source, Path checkpoint, GenerationOptions options, List<Encoding> texts)
      throws IOException {
    GenerationConfig config = GenerationConfig.read(checkpoint);
    try (Tokenizer tokenizer = Tokenizer.open(checkpoint.resolve("tokenizer.json"))) {
      TextGenerator writer = new TextGenerator("test", source, tokenizer, config, _ -> false);
      List<List<Generation>> answers =
          writer.write(texts, options, TextListener.NONE, () -> false, new Seq2SeqCounters());
      writer.pool().close();
      return answers.stream().map(List::getFirst).toList();
    }
  }

  private static List<Encoding> texts(int count) {
    SplittableRandom random = new SplittableRandom(11);
    List<Encoding> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = random.nextInt(1, 20);
      long[] ids =
          IntStream.range(0, length).mapToLong(_ -> random.nextInt(3, VOCABULARY)).toArray();
      texts.add(new Encoding(ids, new long[0], length));
    }
    return texts;
  }

  private Path checkpoint(Weights weights) throws IOException {
    ObjectNode config = RandomT5.nlu().config().deepCopy();
    config.put("d_model", WIDTH).put("d_ff", 96).put("d_kv", 16).put("vocab_size", VOCABULARY);
    config.put("num_layers", 2).put("num_decoder_layers", 2).put("tie_word_embeddings", false);
    Path checkpoint = folder.resolve("checkpoint");
    new RandomT5(config, ElementType.FLOAT32, 3).write(checkpoint);
    weights.edit(new SafetensorsEdit(checkpoint));
    return checkpoint;
  }

  private Path export(Path checkpoint, boolean shortlists) throws IOException {
    Path made = folder.resolve(shortlists ? "lists" : "full");
    try (T5Checkpoint opened = T5Checkpoint.open(checkpoint)) {
      if (shortlists) {
        new T5Export(opened).writeFullWithShortlist(made, Progress.NONE);
      } else {
        new T5Export(opened).writeFull(made, Progress.NONE);
      }
    }
    return made;
  }
}
