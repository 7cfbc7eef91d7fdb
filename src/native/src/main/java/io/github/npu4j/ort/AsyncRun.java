package io.github.npu4j.ort;

import io.github.npu4j.internal.ortabi.OrtRunDone;
import io.github.npu4j.ort.abi.NativeHandle;
import io.github.npu4j.ort.abi.OrtApi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A run that was started and not waited for; holds what it needs until the library calls back. */
final class AsyncRun {

  private static final ConcurrentHashMap<Long, AsyncRun> IN_FLIGHT = new ConcurrentHashMap<>();
  private static final AtomicLong NEXT = new AtomicLong(1);

  private final OrtApi api;
  private final NativeHandle session;
  private final RunCall call;
  private final @Nullable RunOptions options;
  private final Executor executor;
  private final CompletableFuture<@Nullable Void> future = new CompletableFuture<>();

  private AsyncRun(
      OrtApi api,
      NativeHandle session,
      RunCall call,
      @Nullable RunOptions options,
      Executor executor) {
    this.api = api;
    this.session = session;
    this.call = call;
    this.options = options;
    this.executor = executor;
  }

  /**
   * Starts a run.
   *
   * @param call closed when the run has ended, and if it can't be started
   */
  static CompletableFuture<@Nullable Void> start(
      OrtApi api,
      NativeHandle session,
      RunCall call,
      @Nullable RunOptions options,
      Executor executor) {
    AsyncRun run = new AsyncRun(api, session, call, options, executor);
    try {
      if (call.usesBorrowedMemory()) {
        throw new IllegalArgumentException(
            "the memory of an asynchronous run must not lie in an arena that could be closed"
                + " meanwhile: use OrtTensor.allocate");
      }
      long model = session.enter();
      try {
        run.start(model);
      } catch (Throwable failed) {
        session.leave();
        throw failed;
      }
    } catch (Throwable failed) {
      call.close();
      throw failed;
    }
    return run.future;
  }

  private void start(long model) {
    long settings = options == null ? 0 : options.handle().enter();
    try {
      long number = NEXT.getAndIncrement();
      IN_FLIGHT.put(number, this);
      long status = call.start(model, settings, Callback.STUB, number);
      if (status != 0) {
        IN_FLIGHT.remove(number);
        api.release(status);
        runOnExecutor(model);
      }
    } catch (Throwable failed) {
      leaveOptions();
      throw failed;
    }
  }

  /**
   * The library does not start a run that it has no thread for. Whatever else may be wrong with it,
   * the run itself will say.
   */
  private void runOnExecutor(long model) {
    executor.execute(() -> {
      try {
        call.run(model, options);
        end(null);
      } catch (Throwable failed) {
        end(failed);
      }
    });
  }

  /** Lets go of everything the run needed, then tells the caller. */
  private void end(@Nullable Throwable failure) {
    call.close();
    leaveOptions();
    session.leave();
    if (failure == null) {
      future.complete(null);
    } else {
      future.completeExceptionally(failure);
    }
  }

  private void leaveOptions() {
    if (options != null) {
      options.handle().leave();
    }
  }

  private void done(long status) {
    Throwable failure = status == 0 ? null : api.failure("RunAsync", status);
    try {
      executor.execute(() -> end(failure));
    } catch (Throwable refused) {
      // An executor that was shut down meanwhile: the caller is told, on this thread.
      end(failure == null ? refused : failure);
    }
  }

  /** Called by the library; whatever left this method would end the VM. */
  private static void called(
      MemorySegment parameter, MemorySegment outputs, long count, MemorySegment status) {
    try {
      AsyncRun run = IN_FLIGHT.remove(parameter.address());
      if (run != null) {
        run.done(status.address());
      }
    } catch (Throwable dropped) {
      // Only the completion of the future itself can end here, and it has completed.
    }
  }

  /** Made on first use; stays for the process. */
  private static final class Callback {
    private static final MemorySegment STUB = OrtRunDone.allocate(AsyncRun::called, Arena.global());

    private Callback() {}
  }
}
