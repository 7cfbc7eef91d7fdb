package io.github.npu4j.qnn;

import static io.github.npu4j.internal.qnnabi.qnn_h.*;

import io.github.npu4j.internal.qnnabi.QnnSignal_Config_t;
import io.github.npu4j.qnn.abi.Configs;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Ends a run before it is through: {@code QnnSignal_create}. Serves one run at a time.
 *
 * <p>Whether a backend obeys one tells {@link QnnProperty#GRAPH_EXECUTE_SIGNAL}; the emulator does
 * not.
 */
public final class RunSignal implements AutoCloseable {

  private final Lifetime lifetime;
  private final Qnn qnn;
  private final MemorySegment handle;

  private RunSignal(Qnn qnn, MemorySegment handle) {
    this.lifetime = new Lifetime("this signal", qnn.lifetime());
    this.qnn = qnn;
    this.handle = handle;
  }

  /**
   * Makes a signal that ends its run when {@link #abort} is called.
   *
   * @throws io.github.npu4j.error.NativeCallException if the backend has no signals
   * @throws IllegalStateException if the backend is closed
   */
  public static RunSignal aborting(Qnn qnn) {
    return create(qnn, QNN_SIGNAL_CONFIG_OPTION_ABORT(), 0);
  }

  /**
   * Makes a signal that ends a run which takes longer. How exactly is the backend's matter.
   *
   * @throws io.github.npu4j.error.NativeCallException if the backend has no signals
   * @throws IllegalStateException if the backend is closed
   */
  public static RunSignal timeout(Qnn qnn, Duration limit) {
    return create(qnn, QNN_SIGNAL_CONFIG_OPTION_TIMEOUT(), micros(limit));
  }

  /** Changes the limit of a signal made by {@link #timeout}: {@code QnnSignal_setConfig}. */
  public void setTimeout(Duration limit) {
    lifetime.enter();
    try (Arena scratch = Arena.ofConfined()) {
      qnn.functions()
          .configureSignal(
              handle, configs(scratch, QNN_SIGNAL_CONFIG_OPTION_TIMEOUT(), micros(limit)));
    } finally {
      lifetime.exit();
    }
  }

  /** Ends the run that uses this signal, from any thread: {@code QnnSignal_trigger}. */
  public void abort() {
    lifetime.enter();
    try {
      qnn.functions().triggerSignal(handle);
    } finally {
      lifetime.exit();
    }
  }

  /** Waits for the run that uses this signal and frees it. */
  @Override
  public void close() {
    lifetime.close(this, () -> qnn.functions().freeSignal(handle));
  }

  Lifetime lifetime() {
    return lifetime;
  }

  MemorySegment handle() {
    return handle;
  }

  private static RunSignal create(Qnn qnn, int option, long timeoutMicros) {
    qnn.lifetime().enter();
    try (Arena scratch = Arena.ofConfined()) {
      RunSignal signal =
          new RunSignal(
              qnn,
              qnn.functions().createSignal(qnn.backend(), configs(scratch, option, timeoutMicros)));
      qnn.lifetime().adopt(signal);
      return signal;
    } finally {
      qnn.lifetime().exit();
    }
  }

  private static MemorySegment configs(Arena scratch, int option, long timeoutMicros) {
    MemorySegment config = QnnSignal_Config_t.allocate(scratch);
    QnnSignal_Config_t.option(config, option);
    QnnSignal_Config_t.timeoutDurationUs(config, timeoutMicros);
    return Configs.list(scratch, List.of(config));
  }

  private static long micros(Duration limit) {
    return Math.max(1, TimeUnit.MICROSECONDS.convert(limit));
  }
}
