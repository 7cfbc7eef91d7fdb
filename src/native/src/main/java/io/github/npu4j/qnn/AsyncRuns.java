package io.github.npu4j.qnn;

import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.internal.qnnabi.Qnn_NotifyFn_t;
import io.github.npu4j.internal.qnnabi.Qnn_NotifyStatus_t;
import io.github.npu4j.qnn.abi.QnnFunctions;
import io.github.npu4j.qnn.abi.QnnLog;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The runs that were started and not waited for.
 *
 * <p>One callback stub serves the process, in the global arena: a backend may still be returning
 * through it when the binding it told about is closed.
 */
final class AsyncRuns {

  private static final MemorySegment CALLBACK =
      Qnn_NotifyFn_t.allocate(AsyncRuns::ended, Arena.global());

  private static final ConcurrentHashMap<Long, Run> RUNS = new ConcurrentHashMap<>();
  private static final AtomicLong NUMBERS = new AtomicLong();

  private AsyncRuns() {}

  /**
   * One run.
   *
   * @param functions makes the error
   * @param ended gives the binding free, before the future completes
   * @param future completes when the run has ended
   */
  record Run(QnnFunctions functions, Runnable ended, CompletableFuture<Void> future) {
    Run(QnnFunctions functions, Runnable ended) {
      this(functions, ended, new CompletableFuture<>());
    }
  }

  static MemorySegment callback() {
    return CALLBACK;
  }

  /** Registers a run; its number is what the backend is to pass back. */
  static long begin(Run run) {
    long number = NUMBERS.incrementAndGet();
    RUNS.put(number, run);
    return number;
  }

  static void forget(long number) {
    RUNS.remove(number);
  }

  /** The callback. An exception that left it would end the VM, so none does. */
  static void ended(MemorySegment param, MemorySegment status) {
    try {
      Run run = RUNS.remove(param.address());
      if (run != null) {
        long answer = Qnn_NotifyStatus_t.error(status);
        NativeCallException error =
            answer == 0 ? null : run.functions().failed("QnnGraph_executeAsync", answer);
        run.ended().run();
        ForkJoinPool.commonPool().execute(() -> complete(run.future(), error));
      }
    } catch (Throwable unexpected) {
      QnnLog.report("the end of an asynchronous run", unexpected);
    }
  }

  private static void complete(
      CompletableFuture<Void> future, @Nullable NativeCallException error) {
    if (error == null) {
      future.complete(null);
    } else {
      future.completeExceptionally(error);
    }
  }
}
