package io.github.npu4j.seq2seq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.family.ExportRequest;
import io.github.npu4j.family.registry.Families;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.seq2seq.generation.Generation;
import io.github.npu4j.seq2seq.generation.GenerationOptions;
import io.github.npu4j.seq2seq.generation.Strategy.Beams;
import io.github.npu4j.store.Progress;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.testing.RandomT5;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A model with as many words, and as wide, as the T5s that people use: texts, answers, beams and
 * batches grow and shrink in any order, and every answer stays that of a model opened for it.
 */
class RealSizeIT {

  private static final int WORDS = 32_128;

  @TempDir private static Path folder;

  private static Seq2Seq model;

  private record Work(List<Integer> lengths, int newTokens, int beams) {}

  @BeforeAll
  static void export() throws IOException {
    ObjectNode config = RandomT5.small().config().deepCopy();
    config.put("d_ff", 32).put("d_kv", 8).put("num_heads", 2);
    config.put("num_layers", 1).put("num_decoder_layers", 2);
    Path checkpoint = folder.resolve("checkpoint");
    new RandomT5(config, ElementType.FLOAT32, 5).write(checkpoint);
    Families.export(ExportRequest.of(checkpoint, folder.resolve("model")), Progress.NONE);
    model = open();
    assertTrue(
        folder.resolve("model/t5_nlu_full/shortlist_step.onnx").toFile().exists(),
        "the form that vocabularies of this size have");
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static Seq2Seq open() {
    return Seq2Seq.open(
        folder.resolve("model"),
        Seq2SeqOptions.defaults().withModel(OpenOptions.on(Device.CPU).withThreads(2)));
  }

  @Test
  void answersDoNotDependOnWhatWasAskedBefore() {
    List<Work> all = new ArrayList<>();
    for (int[] each :
        new int[][] {{3, 5, 1}, {90, 5, 1}, {4, 70, 1}, {40, 4, 4}, {200, 6, 1}, {5, 3, 8}}) {
      all.add(new Work(List.of(each[0]), each[1], each[2]));
    }
    all.add(new Work(List.of(3, 60, 7), 5, 1));
    all.add(new Work(List.of(120, 2, 33, 8, 8), 4, 3));
    all.add(new Work(List.of(1), 2, 1));
    List<List<List<Integer>>> alone = all.stream().map(RealSizeIT::answeredAlone).toList();
    SplittableRandom random = new SplittableRandom(1);
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < all.size(); i++) {
        int next = round == 0 ? i : random.nextInt(all.size());
        assertEquals(alone.get(next), answered(model, all.get(next)), all.get(next).toString());
      }
    }
  }

  private static List<List<Integer>> answeredAlone(Work work) {
    try (Seq2Seq fresh = open()) {
      return answered(fresh, work);
    }
  }

  private static List<List<Integer>> answered(Seq2Seq by, Work work) {
    GenerationOptions options =
        GenerationOptions.defaults()
            .withMinimumTokens(work.newTokens)
            .withMaximumTokens(work.newTokens);
    if (work.beams > 1) {
      options = options.withStrategy(Beams.of(work.beams));
    }
    return by.generateAll(work.lengths.stream().map(RealSizeIT::text).toList(), options).stream()
        .map(Generation::ids)
        .toList();
  }

  /** Returns a text of so many made-up words. */
  private static String text(int length) {
    SplittableRandom random = new SplittableRandom(length);
    return IntStream.range(0, length)
        .mapToObj(_ -> RandomT5.word(random.nextInt(0, WORDS - 3)))
        .collect(Collectors.joining(" "));
  }
}
