package io.github.npu4j.internal.events;

import org.jspecify.annotations.Nullable;

/**
 * Events for Java's Flight Recorder. Each begins here, if somebody records it, and ends by its
 * {@code end}, which records it.
 *
 * <p>While nobody records, a beginning is one question of a flag and allocates nothing. A Java
 * image without the module {@code jdk.jfr} has no events, and all else works.
 */
public final class Events {

  /** Whether this Java has a recorder. */
  private static final boolean RECORDER = hasRecorder();

  private Events() {}

  /** A model is opened by name or path, with its tokenizer and all that belongs to it. */
  public interface Open {
    /**
     * Records the opening.
     *
     * @param device where it runs
     * @param engine what runs it
     * @param detail the libraries and options in use
     * @param passedOver the better ways that were considered, and the reasons against them
     */
    void end(String model, String device, String engine, String detail, String passedOver);
  }

  /** One file is loaded into an engine. */
  public interface Load {
    /**
     * Records the load.
     *
     * @param bytes the file's size
     */
    void end(String file, long bytes, String device, String engine);
  }

  /** An encoder runs once, on one text or a batch. */
  public interface Embed {
    /**
     * Records the run.
     *
     * @param texts how many texts were in it
     * @param tokens how many tokens these have, padding not counted
     * @param bucket how many tokens a text was padded to
     * @param queueNanos how long it waited for its turn on the device
     */
    void end(
        String model,
        String device,
        String engine,
        int texts,
        int tokens,
        int bucket,
        long queueNanos);
  }

  /** Answers to some texts are generated together. */
  public interface Generate {
    /**
     * Records the answers.
     *
     * @param texts how many texts were answered
     * @param inputTokens how many tokens these have
     * @param outputTokens how many tokens the answers have
     * @param bucket how many tokens a text was padded to, or 0 where there are no buckets
     * @param steps how many steps of the decoder it took
     * @param queueNanos how long the runs waited for their turns on the device
     */
    void end(
        String model,
        String device,
        String engine,
        int texts,
        int inputTokens,
        int outputTokens,
        int bucket,
        int steps,
        long queueNanos);
  }

  /** Begins an opening; {@code null} if nobody records it. */
  public static @Nullable Open open() {
    return RECORDER && JfrEvents.OPENING.isEnabled() ? JfrEvents.beginOpen() : null;
  }

  /** Begins a load; {@code null} if nobody records it. */
  public static @Nullable Load load() {
    return RECORDER && JfrEvents.LOADING.isEnabled() ? JfrEvents.beginLoad() : null;
  }

  /** Begins a run of an encoder; {@code null} if nobody records it. */
  public static @Nullable Embed embed() {
    return RECORDER && JfrEvents.EMBEDDING.isEnabled() ? JfrEvents.beginEmbed() : null;
  }

  /** Begins answers; {@code null} if nobody records them. */
  public static @Nullable Generate generate() {
    return RECORDER && JfrEvents.GENERATING.isEnabled() ? JfrEvents.beginGenerate() : null;
  }

  private static boolean hasRecorder() {
    try {
      var _ = JfrEvents.EMBEDDING.isEnabled();
      return true;
    } catch (LinkageError withoutJfr) {
      return false;
    }
  }
}
