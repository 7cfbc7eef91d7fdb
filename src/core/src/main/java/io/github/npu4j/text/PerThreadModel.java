package io.github.npu4j.text;

import io.github.npu4j.engine.Model;
import io.github.npu4j.error.NpuException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The model opened once more for many texts on the CPU, so that each thread runs batches of its own
 * on one core: threads that share a batch wait for each other at every operator. Opened when it is
 * first wanted, since its weights are in memory a second time.
 */
final class PerThreadModel implements AutoCloseable {

  private static final Logger LOGGER = System.getLogger("io.github.npu4j.text");

  private final int threads;
  private final Supplier<Model> opener;
  private final Function<Model, TextRunner> runners;
  private @Nullable Model model;
  private @Nullable TextRunner runner;
  private boolean refused;

  /**
   * Opens nothing yet.
   *
   * @param threads how many threads are to run batches; none is better than one
   * @param opener opens the model for one thread
   * @param runners runs it
   */
  PerThreadModel(int threads, Supplier<Model> opener, Function<Model, TextRunner> runners) {
    this.threads = threads;
    this.opener = opener;
    this.runners = runners;
  }

  /** Returns how many threads are to run batches. */
  int threads() {
    return threads;
  }

  /**
   * Returns what runs a batch in the thread that asks; empty if the model can't be opened twice.
   */
  synchronized Optional<TextRunner> runner() {
    if (model == null && !refused && threads > 1) {
      try {
        Model opened = opener.get();
        model = opened;
        runner = runners.apply(opened);
      } catch (NpuException failed) {
        refused = true;
        LOGGER.log(Level.DEBUG, "batches run one after the other: {0}", failed.getMessage());
      }
    }
    return Optional.ofNullable(runner);
  }

  @Override
  public synchronized void close() {
    refused = true;
    if (model != null) {
      model.close();
    }
  }
}
