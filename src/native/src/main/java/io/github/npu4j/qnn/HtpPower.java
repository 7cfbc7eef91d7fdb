package io.github.npu4j.qnn;

import static io.github.npu4j.internal.qnnabi.qnn_h.*;

import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.internal.ffm.Arenas;
import io.github.npu4j.internal.ffm.Downcall;
import io.github.npu4j.internal.qnnabi.QnnHtpDevice_Infrastructure_t;
import io.github.npu4j.internal.qnnabi.QnnHtpDevice_PerfInfrastructure_t;
import io.github.npu4j.internal.qnnabi.QnnHtpPerfInfrastructure_DcvsV3_t;
import io.github.npu4j.internal.qnnabi.QnnHtpPerfInfrastructure_PowerConfig_t;
import io.github.npu4j.qnn.abi.Configs;
import io.github.npu4j.qnn.abi.QnnFunctions;
import io.github.npu4j.qnn.abi.QnnLog;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Votes for the NPU's full speed while runs are under way, and takes the vote back when it idles.
 *
 * <p>Each run stands between {@link #begin} and {@link #end}; these cost a few atomic operations
 * and vote only when the NPU was idle. A vote that the device refuses is logged, not thrown, and
 * not repeated for ten seconds: the run works without it. May be shared between threads.
 *
 * <p>Stands on HTP's power infrastructure: a power configuration of its own, DCVS version 3, RPC
 * control latency and RPC polling time.
 */
public final class HtpPower implements AutoCloseable {

  /** Sleep latencies of a vote and of taking it back, in microseconds: wake fast, or sleep deep. */
  private static final int AWAKE_LATENCY = 40;

  private static final int ASLEEP_LATENCY = 2000;

  private static final long REFUSED_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Lifetime lifetime;
  private final QnnFunctions functions;
  private final PowerOptions options;
  private final Arena arena;
  private final MemorySegment infrastructure;
  private final int id;
  private final MemorySegment burst;
  private final MemorySegment relaxed;
  private final ScheduledExecutorService idleness;
  private final AtomicInteger runs = new AtomicInteger();
  private volatile long lastEnd;
  private volatile boolean voted;
  private boolean watching;

  /** Until when a device that refused a vote is not asked again, in {@link System#nanoTime()}. */
  private long refused = System.nanoTime();

  private HtpPower(Qnn qnn, PowerOptions options, MemorySegment infrastructure, Arena arena) {
    this.lifetime = new Lifetime("this power vote", qnn.lifetime());
    this.functions = qnn.functions();
    this.options = options;
    this.arena = arena;
    this.infrastructure = infrastructure;
    this.id = createId();
    this.burst = configs(true);
    this.relaxed = configs(false);
    this.idleness =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("npu4j-power").factory());
  }

  /**
   * Opens the power infrastructure of a backend's first device; votes nothing yet.
   *
   * @throws NativeCallException if the backend has none
   * @throws IllegalStateException if the backend is closed
   */
  public static HtpPower open(Qnn qnn, PowerOptions options) {
    qnn.lifetime().enter();
    try {
      MemorySegment infrastructure = perfInfrastructure(qnn.functions().infrastructure());
      HtpPower power = Arenas.own(arena -> new HtpPower(qnn, options, infrastructure, arena));
      qnn.lifetime().adopt(power);
      return power;
    } finally {
      qnn.lifetime().exit();
    }
  }

  /**
   * Begins a run: votes for full speed unless the vote stands.
   *
   * @throws IllegalStateException if this is closed
   */
  public void begin() {
    lifetime.enter();
    runs.incrementAndGet();
    if (!voted) {
      vote();
    }
  }

  /** Ends a run that {@link #begin} began. */
  public void end() {
    lastEnd = System.nanoTime();
    runs.decrementAndGet();
    lifetime.exit();
  }

  /** Returns whether the vote for full speed stands. */
  public boolean isVoted() {
    return voted;
  }

  /** Takes the vote back and gives the power configuration back. Waits for runs under way. */
  @Override
  public void close() {
    lifetime.close(
        this,
        () -> {
          idleness.shutdownNow();
          release();
          try {
            functions.check(
                "QnnHtpPerfInfrastructure_DestroyPowerConfigId",
                call(
                    QnnHtpDevice_PerfInfrastructure_t.destroyPowerConfigId(infrastructure),
                    id,
                    0,
                    0));
          } finally {
            arena.close();
          }
        });
  }

  private synchronized void vote() {
    if (!voted && System.nanoTime() - refused >= 0) {
      voted = set(burst);
      if (!voted) {
        refused = System.nanoTime() + REFUSED_NANOS;
      }
    }
    if (voted && !watching) {
      watching = true;
      watchAfter(options.idle().toNanos());
    }
  }

  private synchronized void release() {
    if (voted) {
      set(relaxed);
      voted = false;
    }
  }

  private void watchAfter(long nanos) {
    var _ = idleness.schedule(this::releaseIfIdle, nanos, TimeUnit.NANOSECONDS);
  }

  private synchronized void releaseIfIdle() {
    long rest = options.idle().toNanos() - (System.nanoTime() - lastEnd);
    if (runs.get() > 0 || rest > 0) {
      watchAfter(
          rest > 0 ? rest : Math.max(options.idle().toNanos(), TimeUnit.MILLISECONDS.toNanos(1)));
    } else {
      watching = false;
      release();
      if (runs.get() > 0) { // one that began between the question and the release
        vote();
      }
    }
  }

  /** Returns whether the device took the vote. */
  private boolean set(MemorySegment configs) {
    long answer =
        call(
            QnnHtpDevice_PerfInfrastructure_t.setPowerConfig(infrastructure),
            id,
            configs.address(),
            0);
    if (answer != 0) {
      QnnLog.LOGGER.log(
          Level.WARNING,
          functions.failed("QnnHtpPerfInfrastructure_SetPowerConfig", answer).getMessage());
    }
    return answer == 0;
  }

  private static long call(MemorySegment function, long a, long b, long c) {
    return Downcall.words(function, a, b, c, 0, 0, 0, 0, 0);
  }

  private int createId() {
    MemorySegment out = arena.allocate(ValueLayout.JAVA_INT);
    functions.check(
        "QnnHtpPerfInfrastructure_CreatePowerConfigId",
        call(
            QnnHtpDevice_PerfInfrastructure_t.createPowerConfigId(infrastructure),
            0,
            0,
            out.address()));
    return out.get(ValueLayout.JAVA_INT, 0);
  }

  private MemorySegment configs(boolean full) {
    List<MemorySegment> configs = new ArrayList<>();
    configs.add(full ? fullSpeed() : noSpeed());
    if (options.rpcLatencyMicros() > 0) {
      MemorySegment latency =
          config(QNN_HTP_PERF_INFRASTRUCTURE_POWER_CONFIGOPTION_RPC_CONTROL_LATENCY());
      QnnHtpPerfInfrastructure_PowerConfig_t.rpcControlLatencyConfig(
          latency, full ? options.rpcLatencyMicros() : 0);
      configs.add(latency);
    }
    if (options.rpcPollingMicros() > 0) {
      MemorySegment polling =
          config(QNN_HTP_PERF_INFRASTRUCTURE_POWER_CONFIGOPTION_RPC_POLLING_TIME());
      QnnHtpPerfInfrastructure_PowerConfig_t.rpcPollingTimeConfig(
          polling, full ? options.rpcPollingMicros() : 0);
      configs.add(polling);
    }
    return Configs.list(arena, configs);
  }

  /** Clocks at the top and held there, no sleep in between. */
  private MemorySegment fullSpeed() {
    MemorySegment config = config(QNN_HTP_PERF_INFRASTRUCTURE_POWER_CONFIGOPTION_DCVS_V3());
    MemorySegment dcvs = dcvs(config, AWAKE_LATENCY);
    QnnHtpPerfInfrastructure_DcvsV3_t.powerMode(
        dcvs, QNN_HTP_PERF_INFRASTRUCTURE_POWERMODE_PERFORMANCE_MODE());
    QnnHtpPerfInfrastructure_DcvsV3_t.setSleepDisable(dcvs, 1);
    QnnHtpPerfInfrastructure_DcvsV3_t.sleepDisable(dcvs, 1);
    corners(dcvs, DCVS_VOLTAGE_VCORNER_MAX_VOLTAGE_CORNER());
    return config;
  }

  /** Clocks left to the device again. */
  private MemorySegment noSpeed() {
    MemorySegment config = config(QNN_HTP_PERF_INFRASTRUCTURE_POWER_CONFIGOPTION_DCVS_V3());
    MemorySegment dcvs = dcvs(config, ASLEEP_LATENCY);
    QnnHtpPerfInfrastructure_DcvsV3_t.dcvsEnable(dcvs, 1);
    QnnHtpPerfInfrastructure_DcvsV3_t.powerMode(
        dcvs, QNN_HTP_PERF_INFRASTRUCTURE_POWERMODE_POWER_SAVER_MODE());
    QnnHtpPerfInfrastructure_DcvsV3_t.setSleepDisable(dcvs, 1);
    corners(dcvs, DCVS_VOLTAGE_VCORNER_MIN_VOLTAGE_CORNER());
    return config;
  }

  private MemorySegment dcvs(MemorySegment config, int sleepLatency) {
    MemorySegment dcvs = QnnHtpPerfInfrastructure_PowerConfig_t.dcvsV3Config(config);
    QnnHtpPerfInfrastructure_DcvsV3_t.contextId(dcvs, id);
    QnnHtpPerfInfrastructure_DcvsV3_t.setDcvsEnable(dcvs, 1);
    QnnHtpPerfInfrastructure_DcvsV3_t.setSleepLatency(dcvs, 1);
    QnnHtpPerfInfrastructure_DcvsV3_t.sleepLatency(dcvs, sleepLatency);
    return dcvs;
  }

  private static void corners(MemorySegment dcvs, int corner) {
    QnnHtpPerfInfrastructure_DcvsV3_t.setBusParams(dcvs, 1);
    QnnHtpPerfInfrastructure_DcvsV3_t.busVoltageCornerMin(dcvs, corner);
    QnnHtpPerfInfrastructure_DcvsV3_t.busVoltageCornerTarget(dcvs, corner);
    QnnHtpPerfInfrastructure_DcvsV3_t.busVoltageCornerMax(dcvs, corner);
    QnnHtpPerfInfrastructure_DcvsV3_t.setCoreParams(dcvs, 1);
    QnnHtpPerfInfrastructure_DcvsV3_t.coreVoltageCornerMin(dcvs, corner);
    QnnHtpPerfInfrastructure_DcvsV3_t.coreVoltageCornerTarget(dcvs, corner);
    QnnHtpPerfInfrastructure_DcvsV3_t.coreVoltageCornerMax(dcvs, corner);
  }

  private MemorySegment config(int option) {
    MemorySegment config = QnnHtpPerfInfrastructure_PowerConfig_t.allocate(arena);
    QnnHtpPerfInfrastructure_PowerConfig_t.option(config, option);
    return config;
  }

  @SuppressWarnings("restricted") // the infrastructure is a structure of known size
  private static MemorySegment perfInfrastructure(MemorySegment pointer) {
    MemorySegment infrastructure = pointer.reinterpret(QnnHtpDevice_Infrastructure_t.sizeof());
    return QnnHtpDevice_Infrastructure_t.perfInfra(infrastructure);
  }
}
