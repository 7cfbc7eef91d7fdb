package io.github.npu4j.ort.abi;

import static io.github.npu4j.internal.ortabi.ort_h.ORT_TABLE_VERSION;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApiBase_GetApi;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApiBase_GetVersionString;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_AllocatorFree;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_GetAllocatorWithDefaultOptions;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_GetErrorCode;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_GetErrorMessage;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_GetKeyValuePairs;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_ReleaseStatus;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.github.npu4j.error.NpuException;
import io.github.npu4j.error.RuntimeMissingException;
import io.github.npu4j.internal.ffm.CStrings;
import io.github.npu4j.internal.ffm.Downcall;
import io.github.npu4j.internal.ffm.NativeLibraries;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * ONNX Runtime's function table: the calls, the one check of a status, and strings that it owns.
 *
 * <p>Functions are named by their slot in {@code native-headers/ort.h}; objects of the library are
 * addresses, as {@code long}. Immutable and safe for use by many threads.
 */
public final class OrtApi {

  private final SymbolLookup library;
  private final FunctionTable table;
  private final String version;
  private final long allocator;

  private OrtApi(SymbolLookup library, FunctionTable table, String version) {
    this.library = library;
    this.table = table;
    this.version = version;
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment out = scratch.allocate(ADDRESS);
      check(
          "GetAllocatorWithDefaultOptions", OrtApi_GetAllocatorWithDefaultOptions(), out.address());
      this.allocator = out.get(JAVA_LONG, 0);
    }
  }

  /**
   * Binds the functions of a library.
   *
   * @throws RuntimeMissingException if the library is no ONNX Runtime, or too old
   */
  public static OrtApi bind(SymbolLookup library, Path path) {
    MemorySegment getBase = NativeLibraries.require(library, "OrtGetApiBase", path);
    FunctionTable base = new FunctionTable(Downcall.words(getBase, 0, 0, 0, 0, 0, 0, 0, 0));
    String version = string(base.call(OrtApiBase_GetVersionString()));
    long api = base.call(OrtApiBase_GetApi(), ORT_TABLE_VERSION());
    if (api == 0) {
      throw new RuntimeMissingException(
          "can't use " + path,
          "it is ONNX Runtime " + version + ", older than 1." + ORT_TABLE_VERSION(),
          "Use ONNX Runtime 1." + ORT_TABLE_VERSION() + " or newer.");
    }
    return new OrtApi(library, new FunctionTable(api), version);
  }

  /** Returns the library's version, such as {@code 1.29.0}. */
  public String version() {
    return version;
  }

  /** Returns an export of the library that is not in the table. */
  public Optional<MemorySegment> export(String symbol) {
    return library.find(symbol);
  }

  /** Returns the function of a slot, for a caller that keeps it. */
  public MemorySegment function(int slot) {
    return table.function(slot);
  }

  /** Calls a function whose answer is not a status. */
  public long call(int slot, long... words) {
    return table.call(slot, words);
  }

  /**
   * Calls a function and checks the status it returns.
   *
   * @param function the function's name in the C API, for the error
   */
  public void check(String function, int slot, long... words) {
    checkStatus(function, table.call(slot, words));
  }

  /**
   * Throws if a status is an error, and releases it.
   *
   * @param function the C function that returned it
   */
  public void checkStatus(String function, long status) {
    if (status != 0) {
      throw failure(function, status);
    }
  }

  /** Turns an error status into an exception, and releases it. */
  public NpuException failure(String function, long status) {
    try {
      int code = (int) call(OrtApi_GetErrorCode(), status);
      String message = string(call(OrtApi_GetErrorMessage(), status));
      return OrtErrors.of(function, code, message);
    } finally {
      release(status);
    }
  }

  /** Releases an error status that is not read. */
  public void release(long status) {
    call(OrtApi_ReleaseStatus(), status);
  }

  /**
   * Calls a function whose last argument is where its result goes.
   *
   * @param words the arguments before the last
   * @return the result: an address, or a number of up to 64 bits
   */
  public long get(String function, int slot, long... words) {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment out = scratch.allocate(JAVA_LONG);
      long[] all = java.util.Arrays.copyOf(words, words.length + 1);
      all[words.length] = out.address();
      check(function, slot, all);
      return out.get(JAVA_LONG, 0);
    }
  }

  /**
   * Creates an object of the library.
   *
   * @param what the object, for the error of a use after it was closed
   * @param release the slot of the function that releases it
   * @param words the arguments before the last, which is where the object goes
   */
  public NativeHandle create(String what, int release, String function, int slot, long... words) {
    return handle(what, get(function, slot, words), release);
  }

  /** Takes charge of an object of the library. */
  public NativeHandle handle(String what, long address, int release) {
    return new NativeHandle(what, address, object -> call(release, object));
  }

  /** Returns the library's default allocator, which made what its functions let us free. */
  public long allocator() {
    return allocator;
  }

  /** Frees memory of the default allocator. */
  public void free(long memory) {
    if (memory != 0) {
      check("AllocatorFree", OrtApi_AllocatorFree(), allocator, memory);
    }
  }

  /** Reads a string that belongs to the library; {@code ""} for {@code NULL}. */
  public static String string(long address) {
    return CStrings.read(MemorySegment.ofAddress(address));
  }

  /** Reads a string of the default allocator and frees it. */
  public String takeString(long address) {
    try {
      return string(address);
    } finally {
      free(address);
    }
  }

  /** Reads a list of keys and values that belongs to the library, in its order. */
  public Map<String, String> pairs(long pairs) {
    Map<String, String> read = new LinkedHashMap<>();
    if (pairs == 0) {
      return read;
    }
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment out = scratch.allocate(JAVA_LONG, 3);
      call(
          OrtApi_GetKeyValuePairs(),
          pairs,
          out.address(),
          out.address() + Long.BYTES,
          out.address() + 2 * Long.BYTES);
      long count = out.getAtIndex(JAVA_LONG, 2);
      long[] keys = addresses(out.getAtIndex(JAVA_LONG, 0), count);
      long[] values = addresses(out.getAtIndex(JAVA_LONG, 1), count);
      for (int i = 0; i < count; i++) {
        read.put(string(keys[i]), string(values[i]));
      }
    }
    return read;
  }

  /** Reads an array of pointers that belongs to the library. */
  @SuppressWarnings("restricted") // the library says how long its array is
  public static long[] addresses(long array, long count) {
    return count == 0
        ? new long[0]
        : MemorySegment.ofAddress(array).reinterpret(count * Long.BYTES).toArray(JAVA_LONG);
  }

  /** Writes strings and an array of pointers to them; at least one element long. */
  public static MemorySegment strings(SegmentAllocator allocator, Collection<String> texts) {
    MemorySegment array = allocator.allocate(ADDRESS, Math.max(1, texts.size()));
    int index = 0;
    for (String text : texts) {
      array.setAtIndex(ADDRESS, index++, allocator.allocateFrom(text));
    }
    return array;
  }
}
