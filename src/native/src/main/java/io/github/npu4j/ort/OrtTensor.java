package io.github.npu4j.ort;

import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_CreateTensorWithDataAsOrtValue;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_GetTensorMutableData;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_GetTensorSizeInBytes;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_GetTensorTypeAndShape;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_IsTensor;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_ReleaseTensorTypeAndShapeInfo;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_ReleaseValue;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.internal.ffm.Arenas;
import io.github.npu4j.ort.abi.NativeHandle;
import io.github.npu4j.ort.abi.OnnxTypes;
import io.github.npu4j.ort.abi.OrtApi;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.OffHeap;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A tensor over off-heap memory ({@code OrtValue}).
 *
 * <p>Its memory is its own, the caller's ({@link #over}) or the library's (an output that a run
 * made). A binding or a run that uses the tensor keeps its native object and its own memory in
 * being, even when it is closed meanwhile. Elements narrower than a byte and 16-bit floats are raw:
 * what the memory holds is what the model gets.
 *
 * <p>Safe for use by many threads, as far as the elements go to one at a time.
 */
public final class OrtTensor implements AutoCloseable {

  private final long value;
  private final TensorSpec spec;
  private final MemorySegment data;
  private final boolean borrowed;
  private final Retained retained;
  private final AtomicBoolean closed = new AtomicBoolean();

  private OrtTensor(
      long value, TensorSpec spec, MemorySegment data, boolean borrowed, Retained retained) {
    this.value = value;
    this.spec = spec;
    this.data = data;
    this.borrowed = borrowed;
    this.retained = retained;
  }

  /**
   * Makes a tensor with zeroed memory of its own.
   *
   * @param type the type of its elements
   * @param shape its static shape
   * @throws IllegalStateException if the shape is dynamic
   */
  public static OrtTensor allocate(Ort ort, ElementType type, Shape shape) {
    TensorSpec spec = new TensorSpec("", type, shape);
    return Arenas.own(arena -> {
      MemorySegment data = OffHeap.allocate(arena, spec);
      long value = createValue(ort, spec, data);
      Retained retained = new Retained(() -> free(ort.api(), value, arena));
      return new OrtTensor(value, spec, data, false, retained);
    });
  }

  /**
   * Makes a tensor over the caller's memory ({@code CreateTensorWithDataAsOrtValue}). Its arena
   * stays the caller's; while a binding runs with it, the arena can't be closed, and afterwards a
   * run throws.
   *
   * @param data native memory, in native byte order, of at least the tensor's size
   * @throws BadInputException if the memory is on the heap, read-only or too small
   * @throws IllegalStateException if the shape is dynamic or the memory's arena is closed
   */
  public static OrtTensor over(Ort ort, MemorySegment data, ElementType type, Shape shape) {
    TensorSpec spec = new TensorSpec("", type, shape);
    MemorySegment fitting = OffHeap.requireFits(data, spec);
    if (data.isReadOnly()) {
      throw new BadInputException(
          "can't make a tensor over this memory",
          "the segment is read-only, and ONNX Runtime may write to any tensor",
          "Pass a writable segment; a mapped file can be mapped as private.");
    }
    if (!data.scope().isAlive()) {
      throw new IllegalStateException("the memory's arena is closed");
    }
    long value = createValue(ort, spec, fitting);
    OrtApi api = ort.api();
    return new OrtTensor(
        value,
        spec,
        fitting,
        !HeldArenas.isPermanent(fitting),
        new Retained(() -> api.call(OrtApi_ReleaseValue(), value)));
  }

  /**
   * Takes charge of a value that the library made.
   *
   * @param what the value, for the error
   * @param value released here, also if it is refused
   */
  static OrtTensor of(OrtApi api, String what, long value) {
    Arena arena = Arena.ofShared();
    try {
      TensorSpec spec = describe(api, what, value);
      long address = api.get("GetTensorMutableData", OrtApi_GetTensorMutableData(), value);
      long size = api.get("GetTensorSizeInBytes", OrtApi_GetTensorSizeInBytes(), value);
      MemorySegment data = view(address, size, arena);
      return new OrtTensor(value, spec, data, false, new Retained(() -> free(api, value, arena)));
    } catch (Throwable failed) {
      free(api, value, arena);
      throw failed;
    }
  }

  /** Returns the type of the elements. */
  public ElementType type() {
    return spec.type();
  }

  /** Returns the static shape. */
  public Shape shape() {
    return spec.shape();
  }

  /**
   * Returns the tensor's memory: packed elements in native byte order, row-major.
   *
   * @throws IllegalStateException if the tensor is closed
   */
  public MemorySegment data() {
    requireOpen();
    return data;
  }

  /** Lets go of the native object and of the tensor's own memory, once nothing uses them. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      retained.release();
    }
  }

  /** Returns the tensor as {@code FLOAT32 1x384}. */
  @Override
  public String toString() {
    return spec.type() + " " + spec.shape();
  }

  /** Keeps the native object in being until {@link #unpin()}. */
  void pin() {
    requireOpen();
    if (!retained.retain()) {
      throw new IllegalStateException("the tensor is closed");
    }
  }

  void unpin() {
    retained.release();
  }

  /** Returns the native object, valid while it is open or pinned. */
  long value() {
    return value;
  }

  /** Returns whether the memory lies in an arena that the caller can close. */
  boolean isBorrowed() {
    return borrowed;
  }

  /** Returns the memory without asking whether the tensor is open. */
  MemorySegment memory() {
    return data;
  }

  private void requireOpen() {
    if (closed.get()) {
      throw new IllegalStateException("the tensor is closed");
    }
  }

  /**
   * ONNX Runtime up to 1.29 at least gives element types by its own numbers and takes them by
   * ONNX's ({@link OnnxTypes#codeInOnnx}); where the two differ, what was made is looked at.
   */
  private static long createValue(Ort ort, TensorSpec spec, MemorySegment data) {
    int code = OnnxTypes.code(spec.type());
    int codeInOnnx = OnnxTypes.codeInOnnx(spec.type());
    if (code != codeInOnnx) {
      try {
        long value = createValue(ort, spec, data, codeInOnnx);
        if (describe(ort.api(), "the tensor", value).type() == spec.type()) {
          return value;
        }
        ort.api().call(OrtApi_ReleaseValue(), value);
      } catch (NativeCallException anotherType) {
        // It is a larger type by the library's own numbers, for which the memory is too small.
      }
    }
    return createValue(ort, spec, data, code);
  }

  private static long createValue(Ort ort, TensorSpec spec, MemorySegment data, int code) {
    OrtApi api = ort.api();
    long[] dimensions = spec.shape().toArray();
    try (Arena scratch = Arena.ofConfined()) {
      return api.get(
          "CreateTensorWithDataAsOrtValue",
          OrtApi_CreateTensorWithDataAsOrtValue(),
          ort.cpuMemory(),
          data.address(),
          data.byteSize(),
          scratch.allocateFrom(JAVA_LONG, dimensions).address(),
          dimensions.length,
          code);
    }
  }

  private static TensorSpec describe(OrtApi api, String what, long value) {
    if ((int) api.get("IsTensor", OrtApi_IsTensor(), value) == 0) {
      throw new BadModelException(
          "can't read " + what, "it is not a tensor", "Only models of tensors can be run.");
    }
    NativeHandle info =
        api.handle(
            "the tensor's shape",
            api.get("GetTensorTypeAndShape", OrtApi_GetTensorTypeAndShape(), value),
            OrtApi_ReleaseTensorTypeAndShapeInfo());
    try {
      return TensorInfo.read(api, what, info.enter()).spec();
    } finally {
      info.leave();
      info.close();
    }
  }

  @SuppressWarnings("restricted") // the library says how large its tensor is
  private static MemorySegment view(long address, long size, Arena arena) {
    return MemorySegment.ofAddress(address).reinterpret(size, arena, null);
  }

  private static void free(OrtApi api, long value, Arena arena) {
    api.call(OrtApi_ReleaseValue(), value);
    Arenas.closeWhenFree(arena);
  }
}
