package io.github.npu4j.ort;

import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_GetCompileApi;
import static io.github.npu4j.internal.ortabi.ort_h.OrtCompileApiFlags_ERROR_IF_NO_NODES_COMPILED;
import static io.github.npu4j.internal.ortabi.ort_h.OrtCompileApiFlags_ERROR_IF_OUTPUT_FILE_EXISTS;
import static io.github.npu4j.internal.ortabi.ort_h.OrtCompileApi_CompileModel;
import static io.github.npu4j.internal.ortabi.ort_h.OrtCompileApi_CreateModelCompilationOptionsFromSessionOptions;
import static io.github.npu4j.internal.ortabi.ort_h.OrtCompileApi_ModelCompilationOptions_SetEpContextBinaryInformation;
import static io.github.npu4j.internal.ortabi.ort_h.OrtCompileApi_ModelCompilationOptions_SetEpContextEmbedMode;
import static io.github.npu4j.internal.ortabi.ort_h.OrtCompileApi_ModelCompilationOptions_SetFlags;
import static io.github.npu4j.internal.ortabi.ort_h.OrtCompileApi_ModelCompilationOptions_SetGraphOptimizationLevel;
import static io.github.npu4j.internal.ortabi.ort_h.OrtCompileApi_ModelCompilationOptions_SetInputModelFromBuffer;
import static io.github.npu4j.internal.ortabi.ort_h.OrtCompileApi_ModelCompilationOptions_SetInputModelPath;
import static io.github.npu4j.internal.ortabi.ort_h.OrtCompileApi_ModelCompilationOptions_SetOutputModelBuffer;
import static io.github.npu4j.internal.ortabi.ort_h.OrtCompileApi_ModelCompilationOptions_SetOutputModelExternalInitializersFile;
import static io.github.npu4j.internal.ortabi.ort_h.OrtCompileApi_ModelCompilationOptions_SetOutputModelPath;
import static io.github.npu4j.internal.ortabi.ort_h.OrtCompileApi_ReleaseModelCompilationOptions;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.github.npu4j.error.CompileFailedException;
import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.internal.ffm.CStrings;
import io.github.npu4j.ort.abi.FunctionTable;
import io.github.npu4j.ort.abi.NativeHandle;
import io.github.npu4j.ort.abi.OrtApi;
import io.github.npu4j.tensor.OffHeap;
import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.nio.file.Path;
import java.util.List;

/**
 * Turns an ONNX model into an EPContext model, whose nodes hold what a provider compiled ({@code
 * OrtModelCompilationOptions}, {@code OrtCompileApi}).
 *
 * <p>Made from the {@link SessionOptions} that name the provider; give it an input, an output, and
 * call {@link #compile()} once. For one thread at a time. With {@link #contextInFile()} the file
 * beside the output is a plain context binary.
 */
public final class EpContextCompiler implements AutoCloseable {

  private final Ort ort;
  private final FunctionTable table;
  private final NativeHandle handle;
  private final List<Retained> held;
  private final Arena arena = Arena.ofShared();
  private int flags;

  private EpContextCompiler(
      Ort ort, FunctionTable table, NativeHandle handle, List<Retained> held) {
    this.ort = ort;
    this.table = table;
    this.handle = handle;
    this.held = held;
  }

  /**
   * Begins a compilation ({@code CreateModelCompilationOptionsFromSessionOptions}).
   *
   * @param options with the provider; copied
   */
  public static EpContextCompiler create(Ort ort, SessionOptions options) {
    OrtApi api = ort.api();
    FunctionTable table = new FunctionTable(api.call(OrtApi_GetCompileApi()));
    long settings = options.handle().enter();
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment out = scratch.allocate(JAVA_LONG);
      api.checkStatus(
          "CreateModelCompilationOptionsFromSessionOptions",
          table.call(
              OrtCompileApi_CreateModelCompilationOptionsFromSessionOptions(),
              ort.environment(),
              settings,
              out.address()));
      NativeHandle handle =
          new NativeHandle(
              "the compiler",
              out.get(JAVA_LONG, 0),
              address -> table.call(OrtCompileApi_ReleaseModelCompilationOptions(), address));
      return new EpContextCompiler(ort, table, handle, options.retainHeld());
    } finally {
      options.handle().leave();
    }
  }

  /** Sets the ONNX file to compile. */
  public EpContextCompiler input(Path model) {
    try (Arena scratch = Arena.ofConfined()) {
      return set(
          "ModelCompilationOptions_SetInputModelPath",
          OrtCompileApi_ModelCompilationOptions_SetInputModelPath(),
          CStrings.path(scratch, model).address());
    }
  }

  /** Sets the ONNX model to compile, which is copied. */
  public EpContextCompiler input(MemorySegment model) {
    MemorySegment copy = OffHeap.allocate(arena, model.byteSize()).copyFrom(model);
    return set(
        "ModelCompilationOptions_SetInputModelFromBuffer",
        OrtCompileApi_ModelCompilationOptions_SetInputModelFromBuffer(),
        copy.address(),
        copy.byteSize());
  }

  /** Sets the file that the EPContext model is written to. */
  public EpContextCompiler output(Path model) {
    try (Arena scratch = Arena.ofConfined()) {
      return set(
          "ModelCompilationOptions_SetOutputModelPath",
          OrtCompileApi_ModelCompilationOptions_SetOutputModelPath(),
          CStrings.path(scratch, model).address());
    }
  }

  /**
   * Sets a file for the weights that no provider compiled. ONNX Runtime 1.29 was seen not to come
   * back from compiling a model of which no weights were left.
   *
   * @param threshold the size in bytes from which a weight goes there
   */
  public EpContextCompiler outputWeights(Path file, long threshold) {
    try (Arena scratch = Arena.ofConfined()) {
      return set(
          "ModelCompilationOptions_SetOutputModelExternalInitializersFile",
          OrtCompileApi_ModelCompilationOptions_SetOutputModelExternalInitializersFile(),
          CStrings.path(scratch, file).address(),
          threshold);
    }
  }

  /** Puts the context binary inside the EPContext model. */
  public EpContextCompiler contextEmbedded() {
    return embedMode(1);
  }

  /** Puts the context binary into a file beside the EPContext model. */
  public EpContextCompiler contextInFile() {
    return embedMode(0);
  }

  /**
   * Says where the context binary goes that is put into a file, for a model that is compiled into
   * memory: the provider makes its name out of the folder and the model's name.
   */
  public EpContextCompiler contextLocation(Path folder, String modelName) {
    try (Arena scratch = Arena.ofConfined()) {
      return set(
          "ModelCompilationOptions_SetEpContextBinaryInformation",
          OrtCompileApi_ModelCompilationOptions_SetEpContextBinaryInformation(),
          CStrings.pathText(scratch, folder.toAbsolutePath() + File.separator).address(),
          CStrings.pathText(scratch, modelName).address());
    }
  }

  /** Sets how far the graph is rewritten before the provider gets it; not at all by default. */
  public EpContextCompiler optimizationLevel(OptimizationLevel level) {
    return set(
        "ModelCompilationOptions_SetGraphOptimizationLevel",
        OrtCompileApi_ModelCompilationOptions_SetGraphOptimizationLevel(),
        level.code());
  }

  /** Fails if the provider takes no node at all. */
  public EpContextCompiler failIfNothingCompiled() {
    return flag(OrtCompileApiFlags_ERROR_IF_NO_NODES_COMPILED());
  }

  /** Fails if the output file is there already. */
  public EpContextCompiler failIfOutputExists() {
    return flag(OrtCompileApiFlags_ERROR_IF_OUTPUT_FILE_EXISTS());
  }

  /**
   * Compiles into the output file ({@code CompileModel}).
   *
   * @throws CompileFailedException if the model can't be read or compiled
   */
  public void compile() {
    long options = handle.enterAlone();
    try {
      ort.api()
          .checkStatus(
              "CompileModel", table.call(OrtCompileApi_CompileModel(), ort.environment(), options));
    } catch (NativeCallException failed) {
      throw new CompileFailedException(
          "can't compile the model", failed.libraryMessage(), "", failed);
    } finally {
      handle.leave();
    }
  }

  /**
   * Compiles into memory ({@code SetOutputModelBuffer}, {@code CompileModel}).
   *
   * @param allocator where the result is copied to
   * @return the bytes of the EPContext model
   * @throws CompileFailedException if the model can't be read or compiled
   */
  public MemorySegment compile(SegmentAllocator allocator) {
    MemorySegment out = arena.allocate(JAVA_LONG, 2);
    set(
        "ModelCompilationOptions_SetOutputModelBuffer",
        OrtCompileApi_ModelCompilationOptions_SetOutputModelBuffer(),
        ort.api().allocator(),
        out.address(),
        out.address() + Long.BYTES);
    compile();
    long bytes = out.getAtIndex(JAVA_LONG, 0);
    try {
      return copy(allocator, bytes, out.getAtIndex(JAVA_LONG, 1));
    } finally {
      ort.api().free(bytes);
    }
  }

  @Override
  public void close() {
    handle.close(
        () -> {},
        () -> {
          held.forEach(Retained::release);
          arena.close();
        });
  }

  private EpContextCompiler embedMode(long embed) {
    return set(
        "ModelCompilationOptions_SetEpContextEmbedMode",
        OrtCompileApi_ModelCompilationOptions_SetEpContextEmbedMode(),
        embed);
  }

  private EpContextCompiler flag(int flag) {
    flags |= flag;
    return set(
        "ModelCompilationOptions_SetFlags",
        OrtCompileApi_ModelCompilationOptions_SetFlags(),
        flags);
  }

  private EpContextCompiler set(String function, int slot, long... words) {
    long options = handle.enterAlone();
    try {
      ort.api().checkStatus(function, table.call(slot, RunOptions.prepend(options, words)));
    } finally {
      handle.leave();
    }
    return this;
  }

  @SuppressWarnings("restricted") // the library says how long its result is
  private static MemorySegment copy(SegmentAllocator allocator, long address, long size) {
    MemorySegment result = MemorySegment.ofAddress(address).reinterpret(size);
    return OffHeap.allocate(allocator, size).copyFrom(result);
  }
}
