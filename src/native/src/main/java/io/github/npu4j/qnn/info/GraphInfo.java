package io.github.npu4j.qnn.info;

import io.github.npu4j.tensor.TensorSpec;
import java.util.List;
import java.util.Optional;

/**
 * One graph of a context binary.
 *
 * @param name its name, as {@code QnnContext.graph} takes it
 * @param inputs its inputs, in the order of the file
 * @param outputs its outputs, in the order of the file
 * @param htp what the HTP compiler adds, empty where the file says nothing
 */
public record GraphInfo(
    String name, List<GraphTensor> inputs, List<GraphTensor> outputs, Optional<HtpInfo> htp) {

  /** Takes copies of the lists. */
  public GraphInfo {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** Returns the specs of the inputs. */
  public List<TensorSpec> inputSpecs() {
    return inputs.stream().map(GraphTensor::spec).toList();
  }

  /** Returns the specs of the outputs. */
  public List<TensorSpec> outputSpecs() {
    return outputs.stream().map(GraphTensor::spec).toList();
  }

  /**
   * What the HTP compiler notes about a graph. Sizes are in bytes.
   *
   * @param spillFillBytes the buffer for tensors that do not fit into VTCM
   * @param vtcmBytes the tightly coupled memory the graph was planned for
   * @param optimizationLevel the level the compiler was given
   * @param hvxThreads the number of vector threads planned for
   * @param sizes what newer files tell in addition
   */
  public record HtpInfo(
      long spillFillBytes,
      long vtcmBytes,
      int optimizationLevel,
      long hvxThreads,
      Optional<Sizes> sizes) {}

  /**
   * The sizes that version 2 of the HTP graph blob tells, in bytes.
   *
   * @param ioTensors inputs and outputs
   * @param opData what the operations need besides their constants
   * @param constants the weights of this graph alone
   * @param ddrTensors tensors that live in main memory
   * @param sharedWeights the weights this graph shares with others of the file; 0 if it shares none
   */
  public record Sizes(
      long ioTensors, long opData, long constants, long ddrTensors, long sharedWeights) {}
}
