package io.github.npu4j.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.Cancellation;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.error.RunAbortedException;
import io.github.npu4j.numeric.Similarity;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.store.CacheFigures;
import io.github.npu4j.store.Progress;
import io.github.npu4j.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The embedder on the CPU, with the catalog's models. */
class EmbedderIT {

  /** What the issue of the foundation asks of every catalog model. */
  private static final double TOLERANCE = 1e-5;

  private static final List<String> TEXTS =
      List.of("one", "two words", "three words here", "a somewhat longer sentence to embed", "");

  private static ModelFolder folder;
  private static Embedder embedder;

  @BeforeAll
  static void open() {
    folder = ModelCatalog.standard().pull("minilm", Progress.NONE);
    embedder = Embedder.open("minilm", Device.CPU);
  }

  @AfterAll
  static void close() {
    embedder.close();
  }

  @ParameterizedTest
  @CsvSource({
    "minilm, QUERY",
    "minilm, PASSAGE",
    "bge-small, QUERY",
    "bge-small, PASSAGE",
    "e5-small, QUERY",
    "e5-small, PASSAGE"
  })
  void givesTheReferenceEmbeddings(String model, Role role) throws IOException {
    JsonNode reference;
    try (InputStream in = EmbedderIT.class.getResourceAsStream("/embedding/" + model + ".json")) {
      reference = new ObjectMapper().readTree(in);
    }
    ModelCatalog.standard().pull(model, Progress.NONE);
    try (Embedder other = Embedder.open(model, Device.CPU)) {
      assertEquals(reference.get("maximum").asInt(), other.maxInputTokens());
      List<String> texts = new ArrayList<>();
      reference.get("cases").forEach(one -> texts.add(one.get("text").asText()));
      List<Embedding> batched = other.embeddings(texts, role);
      for (int i = 0; i < texts.size(); i++) {
        JsonNode expected = reference.get("cases").get(i).get(role.name().toLowerCase(Locale.ROOT));
        float[] vector = new ObjectMapper().convertValue(expected.get("embedding"), float[].class);
        Embedding alone = other.embedding(texts.get(i), role);
        assertArrayEquals(vector, alone.vector(), (float) TOLERANCE, "text " + i);
        assertArrayEquals(vector, batched.get(i).vector(), (float) TOLERANCE, "batched " + i);
        assertEquals(expected.get("truncated").asBoolean(), alone.truncated(), "text " + i);
        assertEquals(alone.tokens(), batched.get(i).tokens());
      }
    }
  }

  @Test
  void findsTheSentenceThatAnswers() {
    float[] question = embedder.embed("How do I get a new password?");
    double right = Similarity.dot(question, embedder.embed("Reset your password in the settings."));
    double wrong = Similarity.dot(question, embedder.embed("The weather will be fine tomorrow."));
    assertTrue(right > wrong + 0.3, right + " against " + wrong);
    assertEquals("minilm", embedder.name());
    assertEquals(Device.CPU, embedder.placement().device());
    assertEquals(384, embedder.dimensions());
  }

  @Test
  void keepsTheOrderAndTellsTheProgress() {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      texts.add("word ".repeat(i * 7 % 23) + i);
    }
    Collections.shuffle(texts, new Random(2));
    List<Integer> heard = new ArrayList<>();
    List<Embedding> all =
        embedder.embeddings(
            texts,
            Role.NONE,
            (done, total) -> {
              assertEquals(40, total);
              heard.add(done);
            },
            new Cancellation());
    for (int i = 0; i < 40; i++) {
      float[] alone = embedder.embed(texts.get(i));
      assertArrayEquals(alone, all.get(i).vector(), (float) TOLERANCE, texts.get(i));
    }
    assertEquals(40, heard.getLast());
    assertEquals(heard.stream().sorted().toList(), heard);
    assertEquals(List.of(), embedder.embedAll(List.of()));
  }

  @Test
  void embedsALongListSideBySideAsOneByOne() {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      texts.add("word ".repeat(i * 7 % 11) + i % 50);
    }
    EmbedderOptions small = EmbedderOptions.defaults().withDevice(Device.CPU).withBatchTokens(24);
    try (Embedder many = Embedder.open("minilm", small)) {
      List<Integer> heard = new ArrayList<>();
      Thread asking = Thread.currentThread();
      List<Embedding> all =
          many.embeddings(
              texts,
              Role.NONE,
              (done, _) -> {
                assertEquals(asking, Thread.currentThread());
                heard.add(done);
              },
              new Cancellation());
      for (int i = 0; i < texts.size(); i++) {
        float[] alone = embedder.embed(texts.get(i));
        assertArrayEquals(alone, all.get(i).vector(), (float) TOLERANCE, texts.get(i));
      }
      assertEquals(300, heard.getLast());
      assertEquals(heard.stream().sorted().distinct().toList(), heard);
      RuntimeException ended = new RuntimeException("ended by the one who listens");
      assertEquals(
          ended,
          assertThrows(
              RuntimeException.class,
              () ->
                  many.embeddings(
                      texts,
                      Role.NONE,
                      (_, _) -> {
                        throw ended;
                      },
                      new Cancellation())));
    }
  }

  @Test
  void writesWhereItIsTold() {
    float[] expected = embedder.embed("where");
    float[] array = new float[400];
    assertEquals(3, embedder.embedInto("where", Role.NONE, array, 10));
    for (int i = 0; i < 384; i++) {
      assertEquals(expected[i], array[10 + i]);
    }
    assertEquals(0, array[9]);
    assertEquals(0, array[394]);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(384 * 4 + 4);
      embedder.embedInto("where", Role.NONE, memory.asSlice(4));
      assertArrayEquals(expected, memory.asSlice(4).toArray(ValueLayout.JAVA_FLOAT));
      assertThrows(
          IndexOutOfBoundsException.class,
          () -> embedder.embedInto("where", Role.NONE, memory.asSlice(8)));
    }
    assertThrows(
        IndexOutOfBoundsException.class, () -> embedder.embedInto("x", Role.NONE, array, 17));
  }

  @Test
  void tellsWhatWasTruncated() {
    Embedding cut = embedder.embedding("word ".repeat(1000), Role.NONE);
    assertTrue(cut.truncated());
    assertEquals(1002, cut.tokens());
    assertArrayEquals(embedder.embed("word ".repeat(254)), cut.vector(), (float) TOLERANCE);
    assertFalse(embedder.embedding("word ".repeat(254), Role.NONE).truncated());
    assertEquals(1002, embedder.embedInto("word ".repeat(1000), Role.NONE, new float[384], 0));
  }

  @Test
  void refusesOneTextWithoutTheOthers() {
    String endless = "x".repeat(Tokenizer.MAXIMUM_CHARACTERS + 1);
    List<EmbedResult> outcomes = embedder.embedEach(List.of("one", endless, "two"), Role.NONE);
    assertInstanceOf(EmbedResult.Embedded.class, outcomes.get(0));
    EmbedResult.Refused refused = assertInstanceOf(EmbedResult.Refused.class, outcomes.get(1));
    assertInstanceOf(BadInputException.class, refused.error());
    assertInstanceOf(EmbedResult.Embedded.class, outcomes.get(2));
    assertThrows(BadInputException.class, () -> embedder.embedAll(List.of("one", endless)));
  }

  @Test
  void aNullAmongTheTextsConcernsOnlyItself() {
    List<String> texts = new ArrayList<>(List.of("one", "two"));
    texts.add(1, null);
    List<EmbedResult> results = embedder.embedEach(texts, Role.NONE);
    assertInstanceOf(EmbedResult.Embedded.class, results.get(0));
    EmbedResult.Refused refused = assertInstanceOf(EmbedResult.Refused.class, results.get(1));
    assertInstanceOf(BadInputException.class, refused.error());
    assertInstanceOf(EmbedResult.Embedded.class, results.get(2));
  }

  @Test
  void aLongListEndsWithinABatchOfItsCancellationOrAnInterrupt() {
    List<String> texts = Collections.nCopies(100_000, "some words that take a while together");
    List<Integer> told = new ArrayList<>();
    Cancellation cancellation = new Cancellation();
    assertThrows(
        RunAbortedException.class,
        () ->
            embedder.embedEach(
                texts,
                Role.NONE,
                (done, _) -> {
                  told.add(done);
                  cancellation.cancel();
                },
                cancellation));
    assertTrue(told.getLast() < 4096, "cancelled at " + told);
    told.clear();
    assertThrows(
        RunAbortedException.class,
        () ->
            embedder.embeddings(
                texts,
                Role.NONE,
                (done, _) -> {
                  told.add(done);
                  Thread.currentThread().interrupt();
                },
                new Cancellation()));
    assertTrue(Thread.interrupted(), "the interrupt is still there");
    assertTrue(told.getLast() < 4096, "interrupted at " + told);
  }

  @Test
  void asynchronousListsAreTheSameAndEndWhenTheirFutureIsCancelled() throws Exception {
    List<float[]> alone = embedder.embedAll(TEXTS);
    List<Embedding> later = embedder.embeddingsAsync(TEXTS, Role.NONE).get();
    for (int i = 0; i < TEXTS.size(); i++) {
      assertArrayEquals(alone.get(i), later.get(i).vector(), (float) TOLERANCE);
    }
    try (ExecutorService own = Executors.newSingleThreadExecutor()) {
      List<String> texts = Collections.nCopies(100_000, "some words that take a while together");
      var endless = embedder.embeddingsAsync(texts, Role.NONE, own);
      Thread.sleep(200);
      assertTrue(endless.cancel(false));
      // The executor's only thread is free again, long before all texts could be embedded.
      assertEquals(7, own.submit(() -> 7).get(60, TimeUnit.SECONDS));
    }
  }

  @Test
  void countsWhatItDid() {
    try (Embedder counting =
        Embedder.open(
            folder.path(), EmbedderOptions.defaults().withDevice(Device.CPU).withCachedTexts(10))) {
      counting.warmUp();
      assertEquals(
          new EmbedderStatistics(0, 0, 0, 0, 0, 0, CacheFigures.NONE), counting.statistics());
      counting.embed("one");
      counting.embedAll(List.of("one", "word ".repeat(1000)));
      EmbedderStatistics statistics = counting.statistics();
      assertEquals(2, statistics.texts());
      assertEquals(3 + 256, statistics.tokens());
      assertEquals(1, statistics.truncated());
      assertEquals(1, statistics.cache().hits());
      assertEquals(3, counting.tokenizer().encode("one").length());
    }
  }

  @Test
  void keepsRepeatedTexts() {
    try (Embedder caching =
        Embedder.open(
            folder, EmbedderOptions.defaults().withDevice(Device.CPU).withCachedTexts(10))) {
      float[] first = caching.embed("again");
      float[] second = caching.embed("again");
      assertArrayEquals(first, second);
      second[0] = 99;
      assertArrayEquals(first, caching.embed("again"), "the cache keeps its own copy");
      caching.embedding("again", Role.QUERY);
      caching.embedAll(List.of("again", "other", "again"));
      caching.embedAll(List.of("other"));
      CacheFigures figures = caching.statistics().cache();
      assertEquals(5, figures.hits());
      assertEquals(3, figures.misses());
      assertEquals(3, figures.texts());
    }
    assertEquals(CacheFigures.NONE, embedder.statistics().cache());
  }

  @Test
  void embedsAsynchronously() throws Exception {
    float[] expected = embedder.embed("later");
    assertArrayEquals(expected, embedder.embeddingAsync("later", Role.NONE).get().vector());
    String endless = "x".repeat(Tokenizer.MAXIMUM_CHARACTERS + 1);
    ExecutionException failed =
        assertThrows(
            ExecutionException.class, () -> embedder.embeddingAsync(endless, Role.NONE).get());
    assertInstanceOf(BadInputException.class, failed.getCause());
  }

  @Test
  void givesManyThreadsTheSameVectors() throws Exception {
    List<float[]> expected = TEXTS.stream().map(embedder::embed).toList();
    List<Callable<Integer>> tasks = new ArrayList<>();
    for (int task = 0; task < 8; task++) {
      int first = task;
      tasks.add(() -> {
        for (int i = first; i < first + 25; i++) {
          int at = i % TEXTS.size();
          assertArrayEquals(expected.get(at), embedder.embed(TEXTS.get(at)), (float) TOLERANCE);
        }
        return 25;
      });
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<Integer> done : threads.invokeAll(tasks)) {
        assertEquals(25, done.get());
      }
    }
  }

  @Test
  void closesWhileOthersEmbed() throws Exception {
    Embedder other = Embedder.open(folder, EmbedderOptions.defaults().withDevice(Device.CPU));
    CountDownLatch started = new CountDownLatch(8);
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<String>> ends = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        ends.add(
            threads.submit(() -> {
              started.countDown();
              try {
                while (true) {
                  other.embedAll(TEXTS);
                }
              } catch (IllegalStateException closed) {
                return String.valueOf(closed.getMessage());
              }
            }));
      }
      started.await();
      Thread.sleep(50);
      other.close();
      other.close();
      for (Future<String> end : ends) {
        assertTrue(end.get().endsWith("is closed"), end.get());
      }
    }
    assertThrows(IllegalStateException.class, () -> other.embed("x"));
    assertThrows(IllegalStateException.class, () -> other.embeddingAsync("x", Role.NONE));
  }

  @Test
  void aTextInTheCacheIsNoAnswerOnceClosed() {
    Embedder caching =
        Embedder.open(folder, EmbedderOptions.defaults().withDevice(Device.CPU).withCachedTexts(4));
    caching.embed("ba");
    caching.embed("ba");
    assertEquals(1, caching.statistics().cache().hits());
    caching.close();
    assertThrows(IllegalStateException.class, () -> caching.embed("ba"));
    assertThrows(IllegalStateException.class, () -> caching.embedAll(List.of("ba")));
  }

  @Test
  void allocatesOnlyWhatTheTokenizerDoes() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    String text = "How do I reset my password?";
    float[] destination = new float[384];
    try (Tokenizer tokenizer = Tokenizer.open(folder.requireTokenizer())) {
      long most = Long.MAX_VALUE;
      for (int round = 0; round < 40 && most > 0; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 100; i++) {
          tokenizer.encode(text, 256);
        }
        long between = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 100; i++) {
          embedder.embedInto(text, Role.NONE, destination, 0);
        }
        long tokenizing = between - before;
        long embedding = threads.getCurrentThreadAllocatedBytes() - between;
        most = Math.min(most, Math.max(0, embedding - tokenizing));
      }
      assertEquals(EngineKind.ORT, embedder.placement().engine());
      assertEquals(0, most / 100, "bytes a text besides the tokenizer");
    }
  }

  @Test
  void saysWhatIsMissing(@TempDir Path empty) throws IOException {
    assertThrows(ModelMissingException.class, () -> Embedder.open("no-such", Device.CPU));
    Path bare = Files.createDirectory(empty.resolve("bare"));
    Files.createFile(bare.resolve("model.onnx"));
    ModelFolder without = ModelFolder.open(bare);
    String message =
        assertThrows(
                ModelMissingException.class,
                () -> Embedder.open(without, EmbedderOptions.defaults().withDevice(Device.CPU)))
            .getMessage();
    assertTrue(message.contains("tokenizer"), message);
  }
}
