package io.github.npu4j.ort;

import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_CreateLoraAdapter;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_CreateLoraAdapterFromArray;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_ReleaseLoraAdapter;

import io.github.npu4j.internal.ffm.CStrings;
import io.github.npu4j.ort.abi.OrtApi;
import io.github.npu4j.tensor.OffHeap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Low-rank weights that a run adds to a model's ({@code OrtLoraAdapter}); see {@link
 * RunOptions#loraAdapter}.
 *
 * <p>Safe for use by many threads.
 */
public final class LoraAdapter implements AutoCloseable {

  private final long adapter;
  private final Retained retained;
  private final AtomicBoolean closed = new AtomicBoolean();

  private LoraAdapter(OrtApi api, long adapter) {
    this.adapter = adapter;
    this.retained = new Retained(() -> api.call(OrtApi_ReleaseLoraAdapter(), adapter));
  }

  /**
   * Opens an adapter file ({@code CreateLoraAdapter}).
   *
   * @throws io.github.npu4j.error.NativeCallException if it is not one
   */
  public static LoraAdapter open(Ort ort, Path file) {
    try (Arena scratch = Arena.ofConfined()) {
      OrtApi api = ort.api();
      return new LoraAdapter(
          api,
          api.get(
              "CreateLoraAdapter",
              OrtApi_CreateLoraAdapter(),
              CStrings.path(scratch, file).address(),
              0));
    }
  }

  /**
   * Opens an adapter in memory, which is copied ({@code CreateLoraAdapterFromArray}).
   *
   * @throws io.github.npu4j.error.NativeCallException if it is not one
   */
  public static LoraAdapter open(Ort ort, MemorySegment bytes) {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment copy = OffHeap.allocate(scratch, bytes.byteSize()).copyFrom(bytes);
      OrtApi api = ort.api();
      return new LoraAdapter(
          api,
          api.get(
              "CreateLoraAdapterFromArray",
              OrtApi_CreateLoraAdapterFromArray(),
              copy.address(),
              bytes.byteSize(),
              0));
    }
  }

  /** Lets go of the weights, once no run options have them any more. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      retained.release();
    }
  }

  /** Keeps the weights in being until {@link #unpin()}; returns their address. */
  long pin() {
    if (closed.get() || !retained.retain()) {
      throw new IllegalStateException("the LoRA adapter is closed");
    }
    return adapter;
  }

  void unpin() {
    retained.release();
  }
}
