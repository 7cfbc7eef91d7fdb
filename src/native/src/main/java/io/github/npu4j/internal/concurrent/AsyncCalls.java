package io.github.npu4j.internal.concurrent;

import io.github.npu4j.error.Cancellation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Calls that are made on another thread and end soon after their future is cancelled, or completed
 * otherwise than by them.
 */
public final class AsyncCalls {

  private AsyncCalls() {}

  /**
   * Makes a call on an executor's thread.
   *
   * @param call is called with what is cancelled with its future
   * @return what the call returns, or what it throws
   */
  public static <T> CompletableFuture<T> start(Executor executor, Function<Cancellation, T> call) {
    Cancellation cancellation = new Cancellation();
    CompletableFuture<T> answer =
        CompletableFuture.supplyAsync(() -> call.apply(cancellation), executor);
    // Whoever completes it before the call does, by a time limit too, no longer wants the answer.
    var _ = answer.whenComplete((_, _) -> cancellation.cancel());
    return answer;
  }
}
