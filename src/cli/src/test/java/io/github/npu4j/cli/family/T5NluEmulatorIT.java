package io.github.npu4j.cli.family;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.npu4j.cli.Terminal;
import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.seq2seq.Seq2Seq;
import io.github.npu4j.testing.StaticT5;
import io.github.npu4j.tokenizer.Encoding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** t5-nlu, compiled for both laptops: the emulator gives the answers that the CPU gives. */
class T5NluEmulatorIT {

  private static final Path CHECKPOINT = Path.of("models", "t5-nlu");
  private static final Path HELD_OUT = CHECKPOINT.resolve("heldout.tsv");

  /** One a processor of the smallest machine that runs the tests. */
  private static final int THREADS = 2;

  private static final double LEAST_COSINE = 0.999;

  @TempDir private static Path folder;

  @BeforeAll
  static void exportAndCompile() {
    assumeTrue(
        Files.exists(CHECKPOINT.resolve("model.safetensors")),
        "t5-nlu is not in this copy of the sources");
    for (String soc : List.of("x-elite", "x2-elite")) {
      Terminal terminal = new Terminal();
      String target = folder.resolve(soc).toString();
      assertEquals(0, terminal.run("export", CHECKPOINT.toString(), target), terminal.notices());
      int code = terminal.run("compile", target, "--soc", soc);
      assertEquals(0, code, () -> terminal.results() + terminal.notices());
    }
  }

  /** Returns sentences spread evenly over the held-out ones. */
  private static List<String> sentences(int count) throws IOException {
    List<String> lines = Files.readAllLines(HELD_OUT);
    assertTrue(lines.size() >= count, lines.size() + " held-out sentences");
    return IntStream.range(0, count)
        .mapToObj(i -> lines.get(i * lines.size() / count).split("\t")[0])
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x-elite", "x2-elite"})
  void answersSomeHeldOutSentencesAsTheCpuDoes(String soc) throws Exception {
    assertEquals(List.of(), different(soc, sentences(8)));
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(strings = {"x-elite", "x2-elite"})
  void answersTwoHundredHeldOutSentencesAsTheCpuDoes(String soc) throws Exception {
    assertEquals(List.of(), different(soc, sentences(200)));
  }

  /** Returns each sentence that gets another answer in the emulator, with both answers. */
  private static List<String> different(String soc, List<String> sentences)
      throws InterruptedException, ExecutionException {
    List<String> different = new ArrayList<>();
    try (Seq2Seq cpu = Seq2Seq.open(folder.resolve(soc), Device.CPU);
        Seq2Seq npu = Seq2Seq.open(folder.resolve(soc), Device.EMULATOR);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      assertEquals(Device.EMULATOR, npu.placement().device());
      List<Callable<String>> answers =
          sentences.stream().map(s -> (Callable<String>) () -> npu.generate(s).text()).toList();
      List<Future<String>> given = threads.invokeAll(answers);
      for (int i = 0; i < given.size(); i++) {
        String expected = cpu.generate(sentences.get(i)).text();
        String actual = given.get(i).get();
        if (!actual.equals(expected)) {
          different.add(sentences.get(i) + ": " + actual + " and on the CPU " + expected);
        }
      }
    }
    return different;
  }

  @Test
  void logitsOfEachStepAreNearTheCpus() throws IOException {
    String sentence = sentences(3).get(1);
    for (String soc : List.of("x-elite", "x2-elite")) {
      Path model = folder.resolve(soc);
      try (Seq2Seq whole = Seq2Seq.open(model, Device.CPU);
          StaticT5 cpu = open(model, "t5_nlu_%s.onnx", OpenOptions.on(Device.CPU));
          StaticT5 npu =
              open(
                  model,
                  "htp/" + soc + "/%s-64.bin",
                  OpenOptions.on(Device.EMULATOR).withEngine(EngineKind.DIRECT))) {
        Encoding text = whole.tokenizer().encode(sentence, 64);
        int[] ids = Arrays.stream(text.ids()).limit(text.length()).mapToInt(i -> (int) i).toArray();
        int[] answer = cpu.greedy(ids, 64);
        cpu.encode(ids);
        npu.encode(ids);
        int token = 0;
        for (int step = 0; step < answer.length; step++) {
          double cosine = StaticT5.cosine(cpu.step(token), npu.step(token));
          assertTrue(cosine >= LEAST_COSINE, soc + ", step " + step + ": cosine " + cosine);
          token = answer[step];
        }
      }
    }
  }

  private static StaticT5 open(Path model, String files, OpenOptions options) {
    return new StaticT5(
        model.resolve(files.formatted("encoder")),
        model.resolve(files.formatted("decoder")),
        model.resolve("t5_nlu_decoder.bias.npy"),
        options);
  }
}
