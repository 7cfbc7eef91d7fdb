package io.github.npu4j.qnn.info;

import io.github.npu4j.tensor.TensorSpec;

/**
 * One input or output of a graph, as its context binary describes it.
 *
 * @param id the tensor's number inside its graph
 * @param spec its name, stored type, shape and quantization
 * @param role how the application uses it
 * @param nativeType the value of QNN's {@code Qnn_DataType_t}, such as {@code 0x0232}
 * @param dataFormat QNN's number of the memory layout; 0 is dense and the only one npu4j binds
 * @param structVersion the version of {@code Qnn_Tensor_t} the description came in, 1 or 2
 */
public record GraphTensor(
    int id, TensorSpec spec, Role role, int nativeType, int dataFormat, int structVersion) {

  /** How an application uses a graph's tensor. */
  public enum Role {
    /** Written before a run. */
    INPUT,
    /** Read after a run. */
    OUTPUT,
    /** Both: written before and read after a run. */
    INPUT_OUTPUT,
    /** An input that may be left out. */
    OPTIONAL_INPUT,
    /** An output that may be left out. */
    OPTIONAL_OUTPUT
  }

  /** Returns the tensor's name in its graph. */
  public String name() {
    return spec.name();
  }
}
