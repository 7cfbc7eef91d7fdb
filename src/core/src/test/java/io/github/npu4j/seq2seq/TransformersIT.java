package io.github.npu4j.seq2seq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.family.t5.T5Checkpoint;
import io.github.npu4j.family.t5.T5Export;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.seq2seq.cpu.CpuModels;
import io.github.npu4j.seq2seq.generation.Generation;
import io.github.npu4j.seq2seq.generation.TextListener;
import io.github.npu4j.store.Progress;
import io.github.npu4j.testing.T5Fixture;
import io.github.npu4j.tokenizer.Encoding;
import io.github.npu4j.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same answers as transformers' {@code generate}, on ONNX Runtime's CPU, by all scores and by
 * shortlists.
 */
class TransformersIT {

  private static final double SCORE_TOLERANCE = 1e-5;
  private static final String SHORTLISTS = "-shortlists";

  @TempDir private static Path folder;

  private static final Map<String, CpuModels> MODELS = new HashMap<>();

  static List<SearchFixture> fixtures() {
    return SearchFixture.all();
  }

  @AfterAll
  static void close() {
    MODELS.values().forEach(CpuModels::close);
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void answersAsTransformersDoes(SearchFixture fixture) throws IOException {
    compare(fixture, fixture.model());
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void answersAsTransformersDoesByShortlists(SearchFixture fixture) throws IOException {
    String name = fixture.model() + SHORTLISTS;
    assertTrue(model(name).listedTokens() > 0);
    compare(fixture, name);
  }

  private static void compare(SearchFixture fixture, String name) throws IOException {
    CpuModels model = model(name);
    GenerationConfig config = fixture.config(folder.resolve("options"));
    Encoding text = new Encoding(fixture.ids(), new long[0], fixture.ids().length);
    Path tokenizerFile = folder.resolve(name).resolve("tokenizer.json");
    try (Tokenizer tokenizer = Tokenizer.open(tokenizerFile)) {
      TextGenerator writer = new TextGenerator("test", model, tokenizer, config, _ -> false);
      List<Generation> answers =
          writer
              .write(
                  List.of(text),
                  config.defaults(),
                  TextListener.NONE,
                  () -> false,
                  new Seq2SeqCounters())
              .getFirst();
      assertEquals(fixture.answers(), answers.stream().map(Generation::ids).toList());
      for (int i = 0; i < fixture.scores().length; i++) {
        double expected = fixture.scores()[i];
        assertEquals(
            expected, answers.get(i).score(), SCORE_TOLERANCE * Math.max(1, Math.abs(expected)));
      }
      writer.pool().close();
    }
  }

  private static CpuModels model(String name) throws IOException {
    if (!MODELS.containsKey(name)) {
      boolean shortlists = name.endsWith(SHORTLISTS);
      T5Fixture fixture = T5Fixture.named(name.replace(SHORTLISTS, ""));
      Path checkpoint = folder.resolve(name);
      Path out = folder.resolve(name + "-onnx");
      fixture.write(checkpoint);
      try (T5Checkpoint opened = T5Checkpoint.open(checkpoint)) {
        T5Export export = new T5Export(opened);
        if (shortlists) {
          export.writeFullWithShortlist(out, Progress.NONE);
        } else {
          export.writeFull(out, Progress.NONE);
        }
      }
      MODELS.put(name, CpuModels.open(out, OpenOptions.on(Device.CPU).withThreads(1), 0));
    }
    return MODELS.get(name);
  }
}
