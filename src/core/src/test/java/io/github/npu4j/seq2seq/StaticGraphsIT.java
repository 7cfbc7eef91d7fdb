package io.github.npu4j.seq2seq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.open.Models;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.family.t5.T5Files;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.seq2seq.generation.Generation;
import io.github.npu4j.seq2seq.generation.GenerationOptions;
import io.github.npu4j.seq2seq.generation.TextListener;
import io.github.npu4j.seq2seq.htp.HtpModels;
import io.github.npu4j.seq2seq.search.Decoder;
import io.github.npu4j.seq2seq.search.Logits;
import io.github.npu4j.seq2seq.search.ScoresNeeded;
import io.github.npu4j.testing.Allocation;
import io.github.npu4j.testing.ExportedModels;
import io.github.npu4j.tokenizer.Encoding;
import io.github.npu4j.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Decoding by the static graphs that are made for HTP, run by ONNX Runtime's CPU, which takes them
 * too: the same answers as transformers', and no byte allocated.
 */
class StaticGraphsIT {

  private static final String MODEL = "gated-untied";
  private static final int MOST_TEXT = 32;

  @TempDir private static Path folder;

  private static HtpModels models;
  private static Tokenizer tokenizer;

  @BeforeAll
  static void open() throws IOException {
    Path exported = ExportedModels.export(MODEL, folder);
    models = new HtpModels(parts(exported), exported.resolve(T5Files.STATIC_DECODER_BIAS), 0);
    Path file = exported.resolve("tokenizer").resolve("tokenizer.json");
    tokenizer = Tokenizer.open(file);
  }

  private static List<Model> parts(Path exported) {
    OpenOptions options = OpenOptions.on(Device.CPU).withThreads(1);
    return List.of(
        Models.open(exported.resolve(T5Files.STATIC_ENCODER), options),
        Models.open(exported.resolve(T5Files.STATIC_DECODER), options));
  }

  @AfterAll
  static void close() {
    models.close();
    tokenizer.close();
  }

  static List<SearchFixture> fixtures() {
    return SearchFixture.all().stream()
        .filter(f -> f.model().equals(MODEL) && f.ids().length <= MOST_TEXT)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void answersAsTransformersDoes(SearchFixture fixture) throws IOException {
    Encoding text = new Encoding(fixture.ids(), new long[0], fixture.ids().length);
    TextGenerator writer =
        new TextGenerator(
            "test", models, tokenizer, fixture.config(folder.resolve("options")), _ -> false);
    GenerationOptions options = fixture.config(folder.resolve("options")).defaults();
    for (int round = 0; round < 2; round++) { // the second on memory that was used
      List<Generation> answers =
          writer
              .write(List.of(text), options, TextListener.NONE, () -> false, new Seq2SeqCounters())
              .getFirst();
      assertEquals(fixture.answers(), answers.stream().map(Generation::ids).toList());
    }
    writer.pool().close();
  }

  @Test
  void allocatesNothing() {
    List<Encoding> texts = List.of(new Encoding(new long[] {9, 8, 7, 1}, new long[0], 4));
    int[] parents = {0};
    int[] tokens = {5};
    try (Decoder decoder = models.newDecoder(models.bucket(4))) {
      assertEquals(
          0,
          Allocation.leastBytes(() -> {
            decoder.begin(texts, 1, ScoresNeeded.SCORES);
            for (int step = 1; step < models.maxNewTokens(); step++) {
              tokens[0] = Logits.argmax(decoder.logits(0));
              decoder.advance(1, parents, tokens);
            }
          }));
    }
  }

  @Test
  void refusesPartsThatDoNotFit() throws IOException {
    Path other = ExportedModels.export("relu-tied", folder);
    Path bias = folder.resolve(MODEL).resolve(T5Files.STATIC_DECODER_BIAS);
    List<Model> mixed = List.of(parts(folder.resolve(MODEL)).getFirst(), parts(other).getLast());
    assertThrows(BadModelException.class, () -> new HtpModels(mixed, bias, 0));
    assertThrows(
        ModelMissingException.class,
        () -> new HtpModels(parts(other), folder.resolve("none.npy"), 0));
  }
}
