package io.github.npu4j.qnn;

import static io.github.npu4j.internal.qnnabi.qnn_h.*;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.internal.qnnabi.QnnHtpMem_SharedBufferConfig_t;
import io.github.npu4j.internal.qnnabi.QnnMemHtp_Descriptor_t;
import io.github.npu4j.internal.qnnabi.Qnn_MemDescriptor_t;
import io.github.npu4j.internal.qnnabi.Qnn_MemIonInfo_t;
import io.github.npu4j.internal.qnnabi.Qnn_MemShape_t;
import io.github.npu4j.qnn.info.GraphTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A tensor's place in shared memory, known to the device: {@code QnnMem_register}. Made by {@link
 * QnnContext#register}; the context and the buffer both close it.
 */
public final class RegisteredMemory implements AutoCloseable {

  private final Lifetime lifetime;
  private final QnnContext context;
  private final SharedBuffer buffer;
  private final GraphTensor tensor;
  private final MemorySegment segment;
  private final MemorySegment handle;

  private RegisteredMemory(
      QnnContext context,
      SharedBuffer buffer,
      GraphTensor tensor,
      MemorySegment segment,
      MemorySegment handle) {
    this.lifetime = new Lifetime("this registered memory", context.lifetime());
    this.context = context;
    this.buffer = buffer;
    this.tensor = tensor;
    this.segment = segment;
    this.handle = handle;
  }

  /** Registers; the context adopts the result. */
  static RegisteredMemory create(
      QnnContext context, SharedBuffer buffer, long offset, GraphTensor tensor) {
    buffer.lifetime().enter();
    try (Arena scratch = Arena.ofConfined()) {
      long bytes = tensor.spec().byteSize();
      requireInside(buffer, offset, bytes, tensor);
      MemorySegment descriptor =
          offset == 0
              ? whole(scratch, buffer, tensor)
              : part(scratch, buffer, offset, bytes, tensor);
      RegisteredMemory registered =
          new RegisteredMemory(
              context,
              buffer,
              tensor,
              buffer.segment().asSlice(offset, bytes),
              context.qnn().functions().registerMemory(context.handle(), descriptor));
      buffer.lifetime().adopt(registered);
      return registered;
    } finally {
      buffer.lifetime().exit();
    }
  }

  /** Returns the tensor's memory, to be written before or read after a run. */
  public MemorySegment segment() {
    return segment;
  }

  /** Waits for runs that use this and takes it from the device: {@code QnnMem_deRegister}. */
  @Override
  public void close() {
    lifetime.close(
        this,
        () -> {
          buffer.lifetime().forget(this);
          context.qnn().functions().deregisterMemory(handle);
        });
  }

  Lifetime lifetime() {
    return lifetime;
  }

  MemorySegment handle() {
    return handle;
  }

  /** Throws unless this was registered for that tensor's type and shape. */
  void requireFor(GraphTensor wanted) {
    if (wanted.nativeType() != tensor.nativeType()
        || !wanted.spec().shape().equals(tensor.spec().shape())) {
      throw new BadInputException(
          "can't bind registered memory to " + wanted.spec(),
          "it was registered for " + tensor.spec(),
          "Register memory for this tensor.");
    }
  }

  private static void requireInside(
      SharedBuffer buffer, long offset, long bytes, GraphTensor tensor) {
    String why = null;
    if (!buffer.isShared()) {
      why = "it is plain memory, which the device can't reach";
    } else if (offset < 0 || offset > buffer.segment().byteSize() - bytes) {
      why =
          bytes
              + " bytes at offset "
              + offset
              + " are not inside its "
              + buffer.segment().byteSize()
              + " bytes";
    }
    if (why != null) {
      throw new BadInputException(
          "can't register memory for " + tensor.spec(),
          why,
          "Bind plain memory by bindInput and bindOutput, or allocate enough by SharedMemory.");
    }
  }

  /** A tensor that begins where the buffer does. */
  private static MemorySegment whole(Arena scratch, SharedBuffer buffer, GraphTensor tensor) {
    MemorySegment descriptor = descriptor(scratch, tensor, QNN_MEM_TYPE_ION());
    Qnn_MemIonInfo_t.fd(Qnn_MemDescriptor_t.ionInfo(descriptor), buffer.file());
    return descriptor;
  }

  /** A tensor somewhere inside a buffer: HTP's own kind of descriptor. */
  private static MemorySegment part(
      Arena scratch, SharedBuffer buffer, long offset, long bytes, GraphTensor tensor) {
    MemorySegment htp = QnnMemHtp_Descriptor_t.allocate(scratch);
    QnnMemHtp_Descriptor_t.type(htp, QNN_HTP_MEM_SHARED_BUFFER());
    QnnMemHtp_Descriptor_t.size(htp, bytes);
    MemorySegment place = QnnMemHtp_Descriptor_t.sharedBufferConfig(htp);
    QnnHtpMem_SharedBufferConfig_t.fd(place, buffer.file());
    QnnHtpMem_SharedBufferConfig_t.offset(place, offset);
    MemorySegment descriptor = descriptor(scratch, tensor, QNN_MEM_TYPE_CUSTOM());
    Qnn_MemDescriptor_t.customInfo(descriptor, htp);
    return descriptor;
  }

  private static MemorySegment descriptor(Arena scratch, GraphTensor tensor, int memoryType) {
    long[] shape = tensor.spec().shape().toArray();
    MemorySegment dimensions = scratch.allocate(ValueLayout.JAVA_INT, Math.max(1, shape.length));
    for (int axis = 0; axis < shape.length; axis++) {
      dimensions.setAtIndex(ValueLayout.JAVA_INT, axis, (int) shape[axis]);
    }
    MemorySegment descriptor = Qnn_MemDescriptor_t.allocate(scratch);
    MemorySegment memoryShape = Qnn_MemDescriptor_t.memShape(descriptor);
    Qnn_MemShape_t.numDim(memoryShape, shape.length);
    Qnn_MemShape_t.dimSize(memoryShape, dimensions);
    Qnn_MemDescriptor_t.dataType(descriptor, tensor.nativeType());
    Qnn_MemDescriptor_t.memType(descriptor, memoryType);
    return descriptor;
  }
}
