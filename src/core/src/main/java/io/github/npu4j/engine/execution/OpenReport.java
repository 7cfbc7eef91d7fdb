package io.github.npu4j.engine.execution;

import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.PassedOver;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.error.Cancellation;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.error.RunAbortedException;
import io.github.npu4j.internal.events.Events;
import io.github.npu4j.runtime.Device;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Tells of models that are opened: one line in the log for each, and events for the Flight
 * Recorder. An interruption of the opening thread is told as what it is, and not as a fault of the
 * model or a lack of the machine.
 */
public final class OpenReport {

  /** Where the line is logged: INFO, or WARNING where AUTO passed over the NPU. */
  public static final String LOGGER_NAME = "io.github.npu4j.open";

  private static final long NANOS_A_MILLI = 1_000_000;

  private OpenReport() {}

  /**
   * Opens a model and tells of it.
   *
   * @param <T> what is opened
   * @param model its name or path, for people
   * @param requested the device that was asked for
   * @param opener opens it
   * @param placement returns where it runs
   * @throws RunAbortedException if this thread was interrupted before or meanwhile; nothing is open
   *     then
   */
  public static <T> T open(
      String model, Device requested, Supplier<T> opener, Function<T, Placement> placement) {
    requireNotInterrupted(model);
    long start = System.nanoTime();
    Events.Open event = Events.open();
    T opened;
    try {
      opened = opener.get();
    } catch (NpuException failed) {
      throw orInterrupted(model, failed);
    }
    Placement here = placement.apply(opened);
    if (event != null) {
      event.end(model, device(here), here.engine().label(), here.detail(), reasons(here));
    }
    log(model, requested, here, System.nanoTime() - start);
    return opened;
  }

  /** Loads a file into an engine and tells of it. */
  public static Model load(Path file, Supplier<Model> engine) {
    Events.Load event = Events.load();
    Model loaded = engine.get();
    if (event != null) {
      Placement here = loaded.placement();
      event.end(file.toString(), loaded.loadReport().bytes(), device(here), here.engine().label());
    }
    return loaded;
  }

  /**
   * Passes unless this thread is interrupted: files can't be read then, and an error of the first
   * of them would say so of the file.
   *
   * @param model what is to be opened
   * @throws RunAbortedException if it is
   */
  public static void requireNotInterrupted(String model) {
    new Cancellation().throwIfStopped("opening " + model);
  }

  /** Returns a failure, or if this thread was interrupted meanwhile, an error that says so. */
  static NpuException orInterrupted(String model, NpuException failed) {
    if (failed instanceof RunAbortedException || !Thread.currentThread().isInterrupted()) {
      return failed;
    }
    return new RunAbortedException("opening " + model + " was interrupted", "", "", failed);
  }

  private static void log(String model, Device requested, Placement here, long nanos) {
    boolean missed =
        requested == Device.AUTO
            && here.device() != Device.NPU
            && here.passedOver().stream().anyMatch(other -> other.device() == Device.NPU);
    Logger logger = System.getLogger(LOGGER_NAME);
    Level level = missed ? Level.WARNING : Level.INFO;
    if (logger.isLoggable(level)) {
      logger.log(
          level, model + " was opened in " + nanos / NANOS_A_MILLI + " ms and runs on " + here);
    }
  }

  private static String device(Placement here) {
    return here.device().name().toLowerCase(Locale.ROOT);
  }

  private static String reasons(Placement here) {
    return here.passedOver().stream().map(PassedOver::toString).collect(Collectors.joining("; "));
  }
}
