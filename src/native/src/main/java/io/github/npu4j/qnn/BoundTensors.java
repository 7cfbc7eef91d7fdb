package io.github.npu4j.qnn;

import static io.github.npu4j.internal.ffm.Fields.element;
import static io.github.npu4j.internal.ffm.Fields.put;
import static io.github.npu4j.internal.ffm.Fields.within;
import static io.github.npu4j.internal.qnnabi.qnn_h.*;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.IncompatibleModelException;
import io.github.npu4j.qnn.abi.Encodings;
import io.github.npu4j.qnn.info.GraphTensor;
import io.github.npu4j.tensor.OffHeap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The inputs or the outputs of one binding: an array of {@code Qnn_Tensor_t}, built once, whose
 * buffers are exchanged.
 */
final class BoundTensors {

  /** QNN's buffer size has 32 bits. */
  private static final long LARGEST = 0xffff_ffffL;

  private static final int DENSE = 0;

  private final Arena arena;
  private final List<GraphTensor> tensors;
  private final Map<String, Integer> places = new HashMap<>();
  private final @Nullable MemorySegment[] buffers;
  private final @Nullable RegisteredMemory[] registered;
  private final MemorySegment array;

  BoundTensors(Arena arena, List<GraphTensor> tensors) {
    this.arena = arena;
    this.tensors = tensors;
    this.buffers = new MemorySegment[tensors.size()];
    this.registered = new RegisteredMemory[tensors.size()];
    this.array =
        arena.allocate((long) Math.max(1, tensors.size()) * Qnn_Tensor_t_bytes(), Long.BYTES);
    for (int i = 0; i < tensors.size(); i++) {
      GraphTensor tensor = tensors.get(i);
      requireBindable(tensor);
      places.put(tensor.name(), i);
      describe(tensor, i);
    }
  }

  /** Returns where the array lies; it lives as long as its binding. */
  long address() {
    return array.address();
  }

  int count() {
    return tensors.size();
  }

  GraphTensor tensor(String name) {
    return tensors.get(place(name));
  }

  /** Returns a tensor's memory, allocating it if nothing is bound yet. */
  MemorySegment buffer(String name) {
    return buffer(place(name));
  }

  /** Binds the caller's own memory, cut to the tensor's size. */
  void bind(String name, MemorySegment own) {
    int place = place(name);
    set(place, OffHeap.requireFits(own, tensors.get(place).spec()));
  }

  /** Binds memory of the binding's own in place of what was bound. */
  void reset(String name) {
    int place = place(name);
    set(place, OffHeap.allocate(arena, tensors.get(place).spec()));
  }

  /** Adds the callers' arenas that a run must hold open, one segment of each. */
  void addBorrowed(List<MemorySegment> held) {
    for (int i = 0; i < buffers.length; i++) {
      MemorySegment buffer = buffers[i];
      if (buffer != null && registered[i] == null && !isPermanent(buffer)) {
        MemorySegment.Scope scope = buffer.scope();
        if (held.stream().noneMatch(other -> other.scope().equals(scope))) {
          held.add(buffer);
        }
      }
    }
  }

  /** Returns whether memory lives as long as this does. */
  private boolean isPermanent(MemorySegment memory) {
    MemorySegment.Scope scope = memory.scope();
    return scope.equals(arena.scope()) || scope.equals(Arena.global().scope());
  }

  /** Binds memory that the device reaches directly. */
  void bind(String name, RegisteredMemory memory) {
    int place = place(name);
    GraphTensor tensor = tensors.get(place);
    memory.requireFor(tensor);
    buffers[place] = memory.segment();
    registered[place] = memory;
    MemorySegment v1 = v1(place);
    put(v1, Qnn_TensorV1_t_memType(), QNN_TENSORMEMTYPE_MEMHANDLE());
    put(v1, Qnn_TensorV1_t_memHandle(), memory.handle());
  }

  /** Allocates memory for what is not bound. */
  void complete() {
    for (int i = 0; i < buffers.length; i++) {
      buffer(i);
    }
  }

  /**
   * Begins a use of the memory by a run.
   *
   * @throws IllegalStateException if some of it was freed or deregistered
   */
  void enter() {
    for (int i = 0; i < buffers.length; i++) {
      MemorySegment buffer = buffers[i];
      if (buffer != null && !buffer.scope().isAlive()) {
        exit(i);
        throw new IllegalStateException(
            "the memory bound to " + tensors.get(i).name() + " was freed by closing its arena");
      }
      RegisteredMemory memory = registered[i];
      if (memory != null) {
        try {
          memory.lifetime().enter();
        } catch (IllegalStateException closed) {
          exit(i);
          throw closed;
        }
      }
    }
  }

  /** Ends a use that {@link #enter} began. */
  void exit() {
    exit(registered.length);
  }

  private void exit(int entered) {
    for (int i = 0; i < entered; i++) {
      RegisteredMemory memory = registered[i];
      if (memory != null) {
        memory.lifetime().exit();
      }
    }
  }

  private MemorySegment buffer(int place) {
    MemorySegment buffer = buffers[place];
    if (buffer == null) {
      buffer = OffHeap.allocate(arena, tensors.get(place).spec());
      set(place, buffer);
    }
    return buffer;
  }

  private void set(int place, MemorySegment buffer) {
    buffers[place] = buffer;
    registered[place] = null;
    MemorySegment v1 = v1(place);
    put(v1, Qnn_TensorV1_t_memType(), QNN_TENSORMEMTYPE_RAW());
    MemorySegment client = within(v1, Qnn_TensorV1_t_clientBuf());
    put(client, Qnn_ClientBuffer_t_data(), buffer);
    put(client, Qnn_ClientBuffer_t_dataSize(), (int) buffer.byteSize());
  }

  private int place(String name) {
    Integer place = places.get(name);
    if (place == null) {
      throw new BadInputException(
          "can't bind " + name,
          "the graph has " + tensors.stream().map(GraphTensor::name).toList(),
          "Name one of these.");
    }
    return place;
  }

  private MemorySegment v1(int place) {
    return within(element(array, place, Qnn_Tensor_t_bytes()), Qnn_Tensor_t_v1());
  }

  /** Writes everything but the buffer. Version 2 begins as version 1 does; its rest stays zero. */
  private void describe(GraphTensor tensor, int place) {
    put(
        element(array, place, Qnn_Tensor_t_bytes()),
        Qnn_Tensor_t_version(),
        tensor.structVersion());
    MemorySegment v1 = v1(place);
    put(v1, Qnn_TensorV1_t_id(), tensor.id());
    put(v1, Qnn_TensorV1_t_name(), arena.allocateFrom(tensor.name()));
    put(v1, Qnn_TensorV1_t_type(), nativeRole(tensor.role()));
    put(v1, Qnn_TensorV1_t_dataFormat(), DENSE);
    put(v1, Qnn_TensorV1_t_dataType(), tensor.nativeType());
    Encodings.into(
        within(v1, Qnn_TensorV1_t_quantizeParams()), tensor.spec().quantization().orElse(null));
    long[] shape = tensor.spec().shape().toArray();
    MemorySegment dimensions = arena.allocate(ValueLayout.JAVA_INT, Math.max(1, shape.length));
    for (int axis = 0; axis < shape.length; axis++) {
      dimensions.setAtIndex(ValueLayout.JAVA_INT, axis, (int) shape[axis]);
    }
    put(v1, Qnn_TensorV1_t_rank(), shape.length);
    put(v1, Qnn_TensorV1_t_dimensions(), dimensions);
  }

  private static int nativeRole(GraphTensor.Role role) {
    return switch (role) {
      case INPUT -> QNN_TENSOR_TYPE_APP_WRITE();
      case OUTPUT -> QNN_TENSOR_TYPE_APP_READ();
      case INPUT_OUTPUT -> QNN_TENSOR_TYPE_APP_READWRITE();
      case OPTIONAL_INPUT -> QNN_TENSOR_TYPE_OPTIONAL_APP_WRITE();
      case OPTIONAL_OUTPUT -> QNN_TENSOR_TYPE_OPTIONAL_APP_READ();
    };
  }

  private static void requireBindable(GraphTensor tensor) {
    String why = null;
    if (!tensor.spec().shape().isStatic()) {
      why = "its shape " + tensor.spec().shape() + " is dynamic";
    } else if (tensor.dataFormat() != DENSE) {
      why = "its memory layout is number " + tensor.dataFormat() + " and only dense is known";
    } else if (tensor.spec().byteSize() > LARGEST) {
      why = "it has " + tensor.spec().byteSize() + " bytes and QNN takes at most " + LARGEST;
    }
    if (why != null) {
      throw new IncompatibleModelException(
          "can't bind tensor " + tensor.name(),
          why,
          "Compile the model with static, dense inputs" + " and outputs.");
    }
  }
}
