package io.github.npu4j.seq2seq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.Cancellation;
import io.github.npu4j.error.DeviceUnavailableException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.error.RunAbortedException;
import io.github.npu4j.family.t5.T5Files;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.seq2seq.generation.Ending;
import io.github.npu4j.seq2seq.generation.GenerateResult;
import io.github.npu4j.seq2seq.generation.Generation;
import io.github.npu4j.seq2seq.generation.GenerationOptions;
import io.github.npu4j.seq2seq.generation.Stops;
import io.github.npu4j.seq2seq.generation.Strategy.Beams;
import io.github.npu4j.seq2seq.generation.Strategy.Sampling;
import io.github.npu4j.seq2seq.generation.TokenRules;
import io.github.npu4j.store.CacheFigures;
import io.github.npu4j.testing.ExportedModels;
import io.github.npu4j.testing.RecordedEvents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class Seq2SeqIT {

  @TempDir private static Path folder;

  private static Path exported;
  private static Seq2Seq model;

  private static final GenerationOptions SHORT = GenerationOptions.defaults().withMaximumTokens(12);
  private static final GenerationOptions ENDLESS =
      GenerationOptions.defaults().withMinimumTokens(4000);

  @BeforeAll
  static void open() throws IOException {
    exported = ExportedModels.export("wide", folder);
    model = Seq2Seq.open(exported, options());
  }

  private static Seq2SeqOptions options() {
    return Seq2SeqOptions.defaults().withModel(OpenOptions.on(Device.CPU).withThreads(1));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static List<String> texts(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "ba " + "ce di ".repeat(i % 7) + "fo".repeat(i % 3))
        .toList();
  }

  @Test
  void takesItsDefaultsFromTheFolder() {
    assertEquals(24, model.defaults().maximumTokens());
    assertEquals(24, model.generate("ba ce", model.defaults().withMinimumTokens(24)).ids().size());
    assertEquals(Device.CPU, model.placement().device());
    assertThrows(DeviceUnavailableException.class, model::requireNpu);
  }

  @Test
  void piecesInARowAreTheAnswer() {
    for (String text : texts(8)) {
      List<String> pieces = new ArrayList<>();
      Generation answer = model.generate(text, SHORT, pieces::add, new Cancellation());
      assertEquals(model.generate(text, SHORT).text(), answer.text());
      assertEquals(answer.text(), String.join("", pieces));
      assertTrue(pieces.size() > 3, pieces.toString());
      List<String> whole = new ArrayList<>();
      GenerationOptions beams = SHORT.withStrategy(Beams.of(2));
      Generation best = model.generate(text, beams, whole::add, new Cancellation());
      assertEquals(List.of(best.text()), whole);
    }
  }

  @Test
  void manyThreadsGetTheAnswersOfOne() throws Exception {
    List<String> texts = texts(24);
    GenerationOptions beams = SHORT.withStrategy(Beams.of(3));
    List<String> alone = texts.stream().map(text -> model.generate(text, SHORT).text()).toList();
    List<String> aloneByBeams =
        texts.stream().map(text -> model.generate(text, beams).text()).toList();
    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      List<Callable<String>> calls = new ArrayList<>();
      texts.forEach(text -> calls.add(() -> model.generate(text, SHORT).text()));
      texts.forEach(text -> calls.add(() -> model.generate(text, beams).text()));
      List<String> answers = new ArrayList<>();
      for (Future<String> answer : threads.invokeAll(calls)) {
        answers.add(answer.get());
      }
      assertEquals(alone, answers.subList(0, texts.size()));
      assertEquals(aloneByBeams, answers.subList(texts.size(), answers.size()));
    }
  }

  @Test
  void textsTogetherGetTheAnswersOfEachAlone() {
    List<String> texts = texts(21);
    for (GenerationOptions options :
        List.of(SHORT, SHORT.withStrategy(Beams.of(3)), SHORT.withNoRepeatNgram(2))) {
      List<List<Integer>> alone =
          texts.stream().map(text -> model.generate(text, options).ids()).toList();
      List<List<Integer>> together =
          model.generateAll(texts, options).stream().map(Generation::ids).toList();
      assertEquals(alone, together);
    }
  }

  @Test
  void drawsSeveralAnswersTheSameWithTheSameSeed() {
    GenerationOptions drawn = SHORT.withStrategy(new Sampling(2, 40, 0.95f, 11, 4));
    List<String> answers = model.answers("ba ce", drawn).stream().map(Generation::text).toList();
    assertEquals(4, answers.size());
    assertEquals(answers, model.answers("ba ce", drawn).stream().map(Generation::text).toList());
    assertTrue(answers.stream().distinct().count() > 1, answers.toString());
    GenerationOptions other = SHORT.withStrategy(new Sampling(2, 40, 0.95f, 12, 4));
    assertNotEquals(answers, model.answers("ba ce", other).stream().map(Generation::text).toList());
  }

  @Test
  void anAnswerIsCancelledFromAnotherThread() throws Exception {
    Cancellation cancellation = new Cancellation();
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Generation> answer =
        CompletableFuture.supplyAsync(
            () -> model.generate("ba ce", ENDLESS, _ -> begun.countDown(), cancellation));
    begun.await();
    cancellation.cancel();
    Generation part = answer.get();
    assertEquals(Ending.CANCELLED, part.ending());
    assertFalse(part.ids().isEmpty());
    assertTrue(part.ids().size() < 4000);
  }

  @Test
  void aListEndsWithItsCancellationOrAnInterrupt() throws Exception {
    List<String> texts = Collections.nCopies(1000, "ba ce");
    Cancellation cancellation = new Cancellation();
    var answers =
        CompletableFuture.supplyAsync(() -> model.generateAll(texts, ENDLESS, cancellation));
    Thread.sleep(100);
    cancellation.cancel();
    ExecutionException ended =
        assertThrows(ExecutionException.class, () -> answers.get(60, TimeUnit.SECONDS));
    assertInstanceOf(RunAbortedException.class, ended.getCause());

    Thread.currentThread().interrupt();
    assertThrows(RunAbortedException.class, () -> model.generateAll(texts, ENDLESS));
    assertTrue(Thread.interrupted(), "the interrupt is still there");
  }

  @Test
  void aNullAmongTheTextsConcernsOnlyItself() {
    List<String> texts = new ArrayList<>(List.of("ba", "ce"));
    texts.add(1, null);
    List<GenerateResult> results = model.generateEach(texts, SHORT, new Cancellation());
    assertInstanceOf(GenerateResult.Generated.class, results.get(0));
    assertInstanceOf(GenerateResult.Refused.class, results.get(1));
    assertInstanceOf(GenerateResult.Generated.class, results.get(2));
    assertThrows(BadInputException.class, () -> model.generateAll(texts, SHORT));
  }

  @Test
  void asynchronousAnswersAreTheSame() throws Exception {
    String alone = model.generate("ba ce", SHORT).text();
    assertEquals(alone, model.generateAsync("ba ce", SHORT).get().text());
    CompletableFuture<Generation> endless = model.generateAsync("ba ce", ENDLESS);
    endless.cancel(true);
    assertTrue(endless.isCancelled());
    assertEquals(alone, model.generateAsync("ba ce", SHORT).get().text());
  }

  @Test
  void keepsAnswersToRepeatedTexts() throws IOException {
    try (Seq2Seq caching = Seq2Seq.open(exported, options().withCachedTexts(4))) {
      Generation first = caching.generate("ba ce", SHORT);
      List<String> pieces = new ArrayList<>();
      Generation again = caching.generate("ba ce", SHORT, pieces::add, new Cancellation());
      assertEquals(first.ids(), again.ids());
      assertEquals(0, again.timings().totalNanos());
      assertEquals(List.of(first.text()), pieces);
      caching.generate("ba ce", SHORT.withMaximumTokens(3));
      GenerationOptions drawn = SHORT.withStrategy(Sampling.of(1));
      caching.generate("ba ce", drawn);
      caching.generate("ba ce", drawn);
      CacheFigures figures = caching.statistics().cache();
      assertEquals(1, figures.hits());
      assertEquals(2, figures.misses());
      assertEquals(2, figures.texts());
      texts(20).forEach(text -> caching.generate(text + " ge", SHORT));
      assertTrue(caching.statistics().cache().texts() <= 4);
      assertTrue(caching.statistics().cache().evictions() > 0);
    }
    assertEquals(CacheFigures.NONE, model.statistics().cache());
  }

  @Test
  void recordsAndCountsWhatIsGenerated() throws IOException {
    List<RecordedEvent> events =
        RecordedEvents.during(
            folder.resolve("events.jfr"),
            () -> {
              try (Seq2Seq seen = Seq2Seq.open(exported, options())) {
                seen.warmUp();
                assertEquals(0, seen.statistics().steps());
                Generation answer = seen.generate("ba ce", SHORT.withMinimumTokens(12));
                assertEquals(answer.timings().steps(), seen.statistics().steps());
                assertEquals(12, seen.statistics().outputTokens());
                assertEquals(0, seen.statistics().queueNanos());
              }
            });
    RecordedEvent open = RecordedEvents.only(events, "io.github.npu4j.Open");
    assertEquals(exported.getFileName().toString(), open.getString("model"));
    assertEquals("cpu", open.getString("device"));
    assertTrue(RecordedEvents.of(events, "io.github.npu4j.Load").size() >= 3, events::toString);
    RecordedEvent generated = RecordedEvents.of(events, "io.github.npu4j.Generate").getLast();
    assertEquals("cpu", generated.getString("device"));
    assertEquals(1, generated.getInt("texts"));
    assertEquals(model.tokenizer().encode("ba ce").length(), generated.getInt("inputTokens"));
    assertEquals(12, generated.getInt("outputTokens"));
    assertEquals(0, generated.getInt("bucket"));
    assertTrue(generated.getInt("steps") >= 11, generated::toString);
    assertEquals(0, generated.getLong("queueTime"));
  }

  @Test
  void opensNothingOnAnInterruptedThread() {
    Thread.currentThread().interrupt();
    RunAbortedException told =
        assertThrows(RunAbortedException.class, () -> Seq2Seq.open(exported, Device.AUTO));
    assertTrue(Thread.interrupted(), "the interrupt is still there");
    assertEquals("opening " + exported.getFileName() + " was interrupted", told.what());
  }

  @Test
  void closingEndsWhatIsBeingMade() throws Exception {
    Seq2Seq closing = Seq2Seq.open(exported, options());
    AtomicInteger begun = new AtomicInteger();
    CountDownLatch both = new CountDownLatch(2);
    List<CompletableFuture<Generation>> answers = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    for (int i = 0; i < 2; i++) {
      AtomicInteger pieces = new AtomicInteger();
      answers.add(
          CompletableFuture.supplyAsync(
              () ->
                  closing.generate(
                      "ba ce",
                      ENDLESS,
                      _ -> {
                        if (pieces.getAndIncrement() == 0) {
                          begun.incrementAndGet();
                          both.countDown();
                        }
                      },
                      new Cancellation()),
              threads));
    }
    both.await();
    closing.close();
    threads.shutdown();
    for (CompletableFuture<Generation> answer : answers) {
      assertEquals(Ending.CANCELLED, answer.get().ending());
    }
    closing.close();
    assertThrows(IllegalStateException.class, () -> closing.generate("ba ce", SHORT));
    assertThrows(IllegalStateException.class, () -> closing.generateAsync("ba ce", SHORT));
  }

  @Test
  void anAnswerInTheCacheIsNoneOnceClosed() {
    Seq2Seq caching = Seq2Seq.open(exported, options().withCachedTexts(4));
    caching.generate("ba ce", SHORT);
    caching.generate("ba ce", SHORT);
    assertEquals(1, caching.statistics().cache().hits());
    caching.close();
    assertThrows(IllegalStateException.class, () -> caching.generate("ba ce", SHORT));
    assertThrows(IllegalStateException.class, () -> caching.generateAll(List.of("ba ce"), SHORT));
  }

  @Test
  void longAnswersGrowTheirMemory() {
    GenerationOptions options =
        GenerationOptions.defaults().withMaximumTokens(150).withMinimumTokens(150);
    Generation greedy = model.generate("ba ce", options);
    assertEquals(150, greedy.ids().size());
    assertEquals(
        greedy.ids().subList(0, 12), model.generate("ba ce", SHORT.withMinimumTokens(12)).ids());
    GenerationOptions beams = options.withStrategy(Beams.of(3)).withMaximumTokens(70);
    assertEquals(model.generate("ba ce", beams).ids(), model.generate("ba ce", beams).ids());
  }

  @Test
  void stopsAtAText() {
    Generation whole = model.generate("ba ce", SHORT);
    String second = whole.text().split(" ")[1];
    Generation stopped =
        model.generate("ba ce", SHORT.withStops(new Stops(java.util.Set.of(), List.of(second))));
    assertEquals(Ending.STOP_STRING, stopped.ending());
    assertTrue(whole.text().startsWith(stopped.text()));
    assertTrue(stopped.text().endsWith(second), stopped.text());
  }

  @Test
  void bannedWordsDoNotCome() {
    String first = model.generate("ba ce", SHORT).text().split(" ")[0];
    Generation other =
        model.generate("ba ce", SHORT.withTokens(TokenRules.NONE.withBannedWords(List.of(first))));
    assertFalse(List.of(other.text().split(" ")).contains(first), other.text());
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    assertThrows(
        ModelMissingException.class, () -> Seq2Seq.open(folder.resolve("none"), options()));
    Path copy = Files.createDirectories(folder.resolve("part"));
    Path full = Files.createDirectories(copy.resolve(T5Files.FULL));
    Files.copy(
        exported.resolve(T5Files.FULL).resolve("generation_config.json"),
        full.resolve("generation_config.json"));
    ModelMissingException missing =
        assertThrows(ModelMissingException.class, () -> Seq2Seq.open(copy, options()));
    assertEquals("there is no encoder_model.onnx", missing.why());
  }

  @Test
  void autoSaysWhyItIsNotTheNpu() {
    try (Seq2Seq chosen = Seq2Seq.open(exported, Device.AUTO)) {
      assertEquals(Device.CPU, chosen.placement().device());
      assertEquals(Device.NPU, chosen.placement().passedOver().getFirst().device());
      assertThrows(DeviceUnavailableException.class, chosen::requireNpu);
    }
  }
}
