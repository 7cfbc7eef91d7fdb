package io.github.npu4j.ort;

import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_ReleaseValue;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_Run;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_RunAsync;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.github.npu4j.internal.ffm.Downcall;
import io.github.npu4j.ort.abi.OrtApi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The arguments of one run: names and values as C arrays, and the tensors kept in being. */
final class RunCall implements AutoCloseable {

  private final OrtApi api;
  private final List<String> outputNames;
  private final List<OrtTensor> pinned = new ArrayList<>();
  private final Arena arena;
  private final MemorySegment inputNameArray;
  private final MemorySegment inputValues;
  private final int inputCount;
  private final MemorySegment outputNameArray;
  private final MemorySegment outputValues;

  /**
   * Takes tensors for the outputs.
   *
   * @param arena for the arrays; closed with this object, and if that can't be made
   */
  RunCall(
      Ort ort,
      Arena arena,
      ModelSignature signature,
      Map<String, OrtTensor> inputs,
      Map<String, OrtTensor> outputs) {
    this(ort, arena, signature, inputs, outputs.keySet());
    try {
      int index = 0;
      for (Map.Entry<String, OrtTensor> output : outputs.entrySet()) {
        signature.requireOutput(output.getKey(), output.getValue());
        outputValues.setAtIndex(JAVA_LONG, index++, pin(output.getValue()));
      }
    } catch (Throwable failed) {
      close();
      throw failed;
    }
  }

  /**
   * Leaves the outputs to the library.
   *
   * @param arena for the arrays; closed with this object, and if that can't be made
   */
  RunCall(
      Ort ort,
      Arena arena,
      ModelSignature signature,
      Map<String, OrtTensor> inputs,
      Collection<String> outputs) {
    this.api = ort.api();
    this.arena = arena;
    this.outputNames = List.copyOf(outputs);
    this.inputCount = inputs.size();
    try {
      outputNames.forEach(signature::requireOutput);
      this.inputNameArray = OrtApi.strings(arena, inputs.keySet());
      this.outputNameArray = OrtApi.strings(arena, outputNames);
      this.inputValues = arena.allocate(JAVA_LONG, Math.max(1, inputs.size()));
      this.outputValues = arena.allocate(JAVA_LONG, Math.max(1, outputs.size()));
      int index = 0;
      for (Map.Entry<String, OrtTensor> input : inputs.entrySet()) {
        signature.requireInput(input.getKey(), input.getValue());
        inputValues.setAtIndex(JAVA_LONG, index++, pin(input.getValue()));
      }
    } catch (Throwable failed) {
      close();
      throw failed;
    }
  }

  /**
   * Starts a run that calls back when it has ended. The arrays and tensors stay until {@link
   * #close()}, which the callback has to call.
   *
   * @return the status
   */
  long start(long session, long options, MemorySegment callback, long parameter) {
    return Downcall.words(
        api.function(OrtApi_RunAsync()),
        session,
        options,
        inputNameArray.address(),
        inputValues.address(),
        inputCount,
        outputNameArray.address(),
        outputNames.size(),
        outputValues.address(),
        callback.address(),
        parameter);
  }

  /** Returns whether an input's or output's memory lies in an arena that the caller can close. */
  boolean usesBorrowedMemory() {
    return pinned.stream().anyMatch(OrtTensor::isBorrowed);
  }

  /** Runs and waits. */
  void run(long session, @Nullable RunOptions options) {
    HeldArenas arenas = HeldArenas.of(pinned);
    long settings = options == null ? 0 : options.handle().enter();
    try {
      long status =
          arenas.call(
              api.function(OrtApi_Run()),
              session,
              settings,
              inputNameArray.address(),
              inputValues.address(),
              inputCount,
              outputNameArray.address(),
              outputNames.size(),
              outputValues.address());
      api.checkStatus("Run", status);
    } finally {
      if (options != null) {
        options.handle().leave();
      }
    }
  }

  /** Returns the outputs that the library made. */
  Map<String, OrtTensor> takeOutputs() {
    Map<String, OrtTensor> outputs = new LinkedHashMap<>();
    try {
      for (int i = 0; i < outputNames.size(); i++) {
        String name = outputNames.get(i);
        long value = outputValues.getAtIndex(JAVA_LONG, i);
        outputValues.setAtIndex(JAVA_LONG, i, 0);
        outputs.put(name, OrtTensor.of(api, "the output " + name, value));
      }
    } catch (Throwable failed) {
      outputs.values().forEach(OrtTensor::close);
      for (int i = 0; i < outputNames.size(); i++) {
        api.call(OrtApi_ReleaseValue(), outputValues.getAtIndex(JAVA_LONG, i));
      }
      throw failed;
    }
    return outputs;
  }

  @Override
  public void close() {
    pinned.forEach(OrtTensor::unpin);
    pinned.clear();
    arena.close();
  }

  private long pin(OrtTensor tensor) {
    tensor.pin();
    pinned.add(tensor);
    return tensor.value();
  }
}
