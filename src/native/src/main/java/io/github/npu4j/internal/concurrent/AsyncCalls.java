package io.github.npu4j.internal.concurrent;

import io.github.npu4j.error.Cancellation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Calls that are made on another thread and end soon after their future is cancelled. */
public final class AsyncCalls {

  private AsyncCalls() {}

  /**
   * Makes a call on an executor's thread.
   *
   * @param call is called with what its future's cancellation sets
   * @return what the call returns, or what it throws
   */
  public static <T> CompletableFuture<T> start(Executor executor, Function<Cancellation, T> call) {
    Cancellation cancellation = new Cancellation();
    CompletableFuture<T> answer =
        CompletableFuture.supplyAsync(() -> call.apply(cancellation), executor);
    var _ =
        answer.whenComplete((_, _) -> {
          if (answer.isCancelled()) {
            cancellation.cancel();
          }
        });
    return answer;
  }
}
