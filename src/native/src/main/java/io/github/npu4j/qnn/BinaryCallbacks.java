package io.github.npu4j.qnn;

import static io.github.npu4j.internal.qnnabi.qnn_h.*;

import io.github.npu4j.internal.qnnabi.Qnn_ContextBinaryCallback_t;
import io.github.npu4j.internal.qnnabi.Qnn_ContextBinaryDataRequest_t;
import io.github.npu4j.internal.qnnabi.Qnn_ContextBinaryRawBufferCallbackV1_t;
import io.github.npu4j.internal.qnnabi.Qnn_ContextBinaryRawBufferCallback_t;
import io.github.npu4j.internal.qnnabi.Qnn_ContextBinaryRawDataProviderFn_t;
import io.github.npu4j.internal.qnnabi.Qnn_ContextBinaryRawDataReleaseFn_t;
import io.github.npu4j.internal.qnnabi.Qnn_ContextBinaryRawDataResponse_t;
import io.github.npu4j.qnn.abi.QnnCode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands a backend the pieces of a context binary it asks for, straight from the mapping.
 *
 * <p>One pair of stubs serves the process, in the global arena; the number a backend passes back
 * tells which binary it is about.
 */
@SuppressWarnings("restricted") // the response is a structure of known size
final class BinaryCallbacks {

  private static final MemorySegment PROVIDE =
      Qnn_ContextBinaryRawDataProviderFn_t.allocate(BinaryCallbacks::provide, Arena.global());

  private static final MemorySegment RELEASE =
      Qnn_ContextBinaryRawDataReleaseFn_t.allocate(BinaryCallbacks::release, Arena.global());

  private static final ConcurrentHashMap<Long, MemorySegment> BINARIES = new ConcurrentHashMap<>();
  private static final AtomicLong NUMBERS = new AtomicLong();

  private BinaryCallbacks() {}

  /** Registers a binary; the number is to be given back by {@link #forget}. */
  static long register(MemorySegment binary) {
    long number = NUMBERS.incrementAndGet();
    BINARIES.put(number, binary);
    return number;
  }

  static void forget(long number) {
    BINARIES.remove(number);
  }

  /** Writes the structure that tells a backend whom to ask. */
  static MemorySegment into(SegmentAllocator allocator, long number) {
    MemorySegment callback = Qnn_ContextBinaryCallback_t.allocate(allocator);
    Qnn_ContextBinaryCallback_t.type(callback, QNN_CONTEXT_CALLBACK_RAW_BUFFER());
    MemorySegment raw = Qnn_ContextBinaryCallback_t.rawBufferCallback(callback);
    Qnn_ContextBinaryRawBufferCallback_t.version(raw, 1);
    MemorySegment v1 = Qnn_ContextBinaryRawBufferCallback_t.v1(raw);
    Qnn_ContextBinaryRawBufferCallbackV1_t.dataProvide(v1, PROVIDE);
    Qnn_ContextBinaryRawBufferCallbackV1_t.dataRelease(v1, RELEASE);
    Qnn_ContextBinaryRawBufferCallbackV1_t.notifyParam(v1, MemorySegment.ofAddress(number));
    return callback;
  }

  /** A callback: an exception that left it would end the VM, so each becomes an error code. */
  static long provide(MemorySegment request, MemorySegment responsePointer, MemorySegment param) {
    try {
      MemorySegment binary = BINARIES.get(param.address());
      if (binary == null || !binary.scope().isAlive()) {
        return QnnCode.QNN_CONTEXT_ERROR_INVALID_ARGUMENT.code();
      }
      MemorySegment piece =
          binary.asSlice(
              Qnn_ContextBinaryDataRequest_t.offset(request),
              Qnn_ContextBinaryDataRequest_t.size(request));
      MemorySegment response =
          responsePointer.reinterpret(Qnn_ContextBinaryRawDataResponse_t.sizeof());
      Qnn_ContextBinaryRawDataResponse_t.memPtr(response, piece);
      Qnn_ContextBinaryRawDataResponse_t.dataStartOffset(response, 0);
      Qnn_ContextBinaryRawDataResponse_t.alignedSize(response, piece.byteSize());
      return 0;
    } catch (IndexOutOfBoundsException beyond) {
      return QnnCode.QNN_CONTEXT_ERROR_INVALID_ARGUMENT.code();
    } catch (Throwable unexpected) {
      return QnnCode.QNN_COMMON_ERROR_GENERAL.code();
    }
  }

  /** Nothing to do: the mapping is the caller's. */
  static long release(MemorySegment memory, MemorySegment param) {
    return 0;
  }
}
