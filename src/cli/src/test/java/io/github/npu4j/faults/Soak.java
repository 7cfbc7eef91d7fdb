package io.github.npu4j.faults;

import io.github.npu4j.error.Cancellation;
import io.github.npu4j.error.RunAbortedException;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.seq2seq.Seq2Seq;
import io.github.npu4j.seq2seq.generation.Ending;
import io.github.npu4j.seq2seq.generation.Generation;
import io.github.npu4j.seq2seq.generation.TextListener;
import io.github.npu4j.text.BatchProgress;
import io.github.npu4j.text.Embedder;
import io.github.npu4j.text.Embedding;
import io.github.npu4j.text.Role;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Threads that open, embed, generate, cancel, interrupt, close and reopen the same models for a
 * long time. Every answer is compared with the one that the model gave before they began.
 */
final class Soak {

  /** Odd ones are virtual. */
  static final int THREADS = 16;

  /** What the numbers of one device may differ by between two runs of one text. */
  private static final float CLOSE = 1e-5f;

  private static final Duration STUCK = Duration.ofSeconds(120);
  private static final Duration BETWEEN_SAMPLES = Duration.ofSeconds(5);

  private static final List<String> TEXTS =
      IntStream.range(0, 24)
          .mapToObj(i -> Integer.toBinaryString(32 + i * 5))
          .map(bits -> bits.replace("0", "hello ").replace("1", "world "))
          .toList();

  /** What the threads do, counted. */
  enum Act {
    EMBED,
    EMBED_MANY,
    GENERATE,
    CANCEL,
    INTERRUPT,
    REOPEN,
    OPEN_ALONE
  }

  private final List<Shared<Embedder>> embedders;
  private final List<Shared<Seq2Seq>> generators;
  private final List<List<float[]>> vectors = new ArrayList<>();
  private final List<List<String>> answers = new ArrayList<>();
  private final AtomicInteger[] counts = new AtomicInteger[Act.values().length];
  private final AtomicLongArray lastSeen = new AtomicLongArray(THREADS);
  private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
  private final AtomicInteger closedUnderUse = new AtomicInteger();
  private volatile boolean over;

  /** A model that all threads use and any may close and open again. */
  private static final class Shared<T extends AutoCloseable> {
    private final Supplier<T> open;
    private volatile T model;

    Shared(Supplier<T> open) {
      this.open = open;
      this.model = open.get();
    }

    T get() {
      return model;
    }

    synchronized void reopen() throws Exception {
      T old = model;
      model = open.get();
      old.close();
    }
  }

  /**
   * Opens the models and keeps their answers.
   *
   * @param encoder an embedding model with context binaries
   * @param t5 a model that turns texts into texts, with context binaries
   */
  Soak(Path encoder, Path t5) {
    embedders =
        List.of(
            new Shared<>(() -> Embedder.open(encoder, Device.CPU)),
            new Shared<>(() -> Embedder.open(encoder, Device.EMULATOR)),
            new Shared<>(() -> Embedder.open("minilm", Device.CPU)));
    generators =
        List.of(
            new Shared<>(() -> Seq2Seq.open(t5, Device.CPU)),
            new Shared<>(() -> Seq2Seq.open(t5, Device.EMULATOR)));
    for (Shared<Embedder> shared : embedders) {
      vectors.add(TEXTS.stream().map(shared.get()::embed).toList());
    }
    for (Shared<Seq2Seq> shared : generators) {
      answers.add(TEXTS.stream().map(text -> shared.get().generate(text).text()).toList());
    }
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new AtomicInteger();
    }
  }

  /** What was seen. */
  record Result(
      Duration time,
      int[] acts,
      int closedUnderUse,
      List<String> wrong,
      List<ProcessFigures> samples) {

    /** Returns the figures of the third and the fourth quarter of the time, on two lines. */
    String levels() {
      int half = samples.size() / 2;
      int last = half + (samples.size() - half) / 2;
      return "third quarter:  "
          + ProcessFigures.range(samples.subList(half, last))
          + "\nfourth quarter: "
          + ProcessFigures.range(samples.subList(last, samples.size()));
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder();
      text.append(String.format(Locale.ROOT, "%d s, %d threads%n", time.toSeconds(), THREADS));
      for (Act act : Act.values()) {
        text.append(act.name().toLowerCase(Locale.ROOT)).append(' ');
        text.append(acts[act.ordinal()]).append("; ");
      }
      text.append("closed under use ").append(closedUnderUse).append('\n');
      return text.append(levels()).toString();
    }
  }

  /**
   * Works for a time, then closes all.
   *
   * @param each hears each sample
   */
  Result run(Duration time, Consumer<ProcessFigures> each) throws Exception {
    long begin = System.nanoTime();
    CountDownLatch ended = new CountDownLatch(THREADS);
    for (int i = 0; i < THREADS; i++) {
      int number = i;
      lastSeen.set(i, begin);
      Thread.Builder builder = i % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
      builder
          .name("soak-" + i)
          .start(() -> {
            work(number);
            ended.countDown();
          });
    }
    List<ProcessFigures> samples = new ArrayList<>();
    while (System.nanoTime() - begin < time.toNanos() && wrong.isEmpty()) {
      Thread.sleep(BETWEEN_SAMPLES);
      ProcessFigures sample = ProcessFigures.now();
      samples.add(sample);
      each.accept(sample);
      lookForStuckThreads();
    }
    over = true;
    if (!ended.await(STUCK.toSeconds(), TimeUnit.SECONDS)) {
      wrong.add("threads don't end: " + dump());
    }
    for (Shared<? extends AutoCloseable> shared : all()) {
      shared.get().close();
    }
    return new Result(
        Duration.ofNanos(System.nanoTime() - begin),
        IntStream.range(0, counts.length).map(i -> counts[i].get()).toArray(),
        closedUnderUse.get(),
        List.copyOf(wrong),
        samples);
  }

  private List<Shared<? extends AutoCloseable>> all() {
    List<Shared<? extends AutoCloseable>> all = new ArrayList<>(embedders);
    all.addAll(generators);
    return all;
  }

  private void work(int number) {
    Random random = new Random(number);
    while (!over && wrong.isEmpty()) {
      Act act = choose(random);
      try {
        perform(act, random);
        counts[act.ordinal()].incrementAndGet();
      } catch (IllegalStateException closed) {
        closedUnderUse.incrementAndGet(); // by another thread, between get and use
      } catch (Throwable failed) {
        wrong.add(act + ": " + trace(failed));
      }
      lastSeen.set(number, System.nanoTime());
    }
  }

  private static Act choose(Random random) {
    int percent = random.nextInt(1000);
    return percent < 600
        ? Act.EMBED
        : percent < 720
            ? Act.EMBED_MANY
            : percent < 840
                ? Act.GENERATE
                : percent < 910
                    ? Act.CANCEL
                    : percent < 980 ? Act.INTERRUPT : percent < 990 ? Act.REOPEN : Act.OPEN_ALONE;
  }

  private void perform(Act act, Random random) throws Exception {
    int which = random.nextInt(embedders.size());
    int generator = random.nextInt(generators.size());
    int text = random.nextInt(TEXTS.size());
    switch (act) {
      case EMBED -> check(which, text, embedders.get(which).get().embed(TEXTS.get(text)));
      case EMBED_MANY -> many(which, random, new Cancellation());
      case GENERATE -> generate(generator, text, new Cancellation());
      case CANCEL -> {
        Cancellation cancellation = new Cancellation();
        Thread canceller =
            Thread.ofVirtual()
                .start(() -> {
                  pause(random.nextInt(20));
                  cancellation.cancel();
                });
        try {
          many(which, random, cancellation);
          generate(generator, text, cancellation);
        } catch (RunAbortedException asWanted) {
          // it came while the work was going on
        }
        canceller.join();
      }
      case INTERRUPT -> interrupt(which, generator, text, random);
      case REOPEN -> {
        List<Shared<? extends AutoCloseable>> all = all();
        all.get(random.nextInt(all.size())).reopen();
      }
      case OPEN_ALONE -> {
        try (Embedder own = embedders.get(which).open.get()) {
          check(which, text, own.embed(TEXTS.get(text)));
        }
      }
    }
  }

  private void many(int which, Random random, Cancellation cancellation) {
    List<Integer> chosen = random.ints(8, 0, TEXTS.size()).boxed().toList();
    List<Embedding> given =
        embedders
            .get(which)
            .get()
            .embeddings(
                chosen.stream().map(TEXTS::get).toList(),
                Role.NONE,
                BatchProgress.NONE,
                cancellation);
    for (int i = 0; i < chosen.size(); i++) {
      check(which, chosen.get(i), given.get(i).vector());
    }
  }

  private void generate(int which, int text, Cancellation cancellation) {
    Seq2Seq model = generators.get(which).get();
    Generation given =
        model.generate(TEXTS.get(text), model.defaults(), TextListener.NONE, cancellation);
    String expected = answers.get(which).get(text);
    if (given.ending() != Ending.CANCELLED && !given.text().equals(expected)) {
      wrong.add("answer " + text + " of generator " + which + ": " + given.text());
    }
  }

  private void interrupt(int which, int generator, int text, Random random)
      throws InterruptedException {
    long pause = random.nextInt(20);
    Thread.Builder builder = random.nextBoolean() ? Thread.ofPlatform() : Thread.ofVirtual();
    Random own = new Random(random.nextLong());
    Thread worker =
        builder.start(() -> {
          try {
            many(which, own, new Cancellation());
            generate(generator, text, new Cancellation());
          } catch (RunAbortedException | CancellationException asWanted) {
            // it came while the work was going on
          } catch (IllegalStateException closed) {
            closedUnderUse.incrementAndGet();
          } catch (Throwable failed) {
            wrong.add("interrupted: " + trace(failed));
          }
        });
    pause(pause);
    worker.interrupt();
    worker.join();
  }

  private void check(int which, int text, float[] vector) {
    float[] expected = vectors.get(which).get(text);
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(vector[i] - expected[i]) <= CLOSE)) {
        wrong.add(
            "vector "
                + text
                + " of embedder "
                + which
                + " at "
                + i
                + ": "
                + vector[i]
                + " and before "
                + expected[i]);
        return;
      }
    }
  }

  private void lookForStuckThreads() {
    long[] locked = ManagementFactory.getThreadMXBean().findDeadlockedThreads();
    if (locked != null) {
      wrong.add("a deadlock: " + dump());
    }
    for (int i = 0; i < THREADS; i++) {
      if (System.nanoTime() - lastSeen.get(i) > STUCK.toNanos()) {
        wrong.add("thread " + i + " is stuck: " + dump());
      }
    }
  }

  private static String dump() {
    StringBuilder text = new StringBuilder();
    Thread.getAllStackTraces()
        .forEach((thread, frames) -> text.append(thread).append(List.of(frames)).append('\n'));
    return text.toString();
  }

  private static String trace(Throwable failed) {
    StringWriter text = new StringWriter();
    failed.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException early) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Works as told, prints each sample and the result.
   *
   * @param arguments a folder to make the models in, and the seconds
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Soak soak = new Soak(TinyModels.encoder(folder), TinyModels.t5(folder));
    Result result =
        soak.run(
            Duration.ofSeconds(Long.parseLong(arguments[1])),
            sample -> System.out.println("sample " + sample));
    System.out.println(result);
    result.wrong().forEach(System.out::println);
    List<String> leaks = ProcessFigures.leaks(result.samples());
    leaks.forEach(System.out::println);
    System.out.println(result.wrong().size() + " wrong, " + leaks.size() + " leaks");
    System.exit(result.wrong().isEmpty() && leaks.isEmpty() ? 0 : 1);
  }
}
