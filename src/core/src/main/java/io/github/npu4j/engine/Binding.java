package io.github.npu4j.engine;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.RunAbortedException;
import io.github.npu4j.qnn.ProfileEvent;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;

/**
 * The memory of one graph's inputs and outputs, bound once and run many times.
 *
 * <p>Belongs to one thread at a time; two threads that run it at once get an {@link
 * IllegalStateException}. Only {@link #cancel()} and {@link #close()} may come from other threads.
 * Segments are off-heap, hold packed elements in the machine's byte order, and live until the
 * binding is closed. After warm-up a run with known output sizes allocates nothing.
 */
public interface Binding extends AutoCloseable {

  /** Returns the name of the graph this binding runs. */
  String graph();

  /**
   * Returns the memory a run reads for an input; exactly the tensor's size.
   *
   * @throws BadInputException if the graph has no such input
   */
  MemorySegment input(String name);

  /**
   * Returns the memory the last run wrote for an output; exactly the tensor's size. An output whose
   * size the model leaves open has none before the first run, and may move with each run.
   *
   * @throws BadInputException if the graph has no such output
   * @throws IllegalStateException if the size is known only after a run and there was none
   */
  MemorySegment output(String name);

  /** Returns an input's spec with the static shape it is bound with. */
  TensorSpec inputSpec(String name);

  /** Returns an output's spec; its shape is static once it is known. */
  TensorSpec outputSpec(String name);

  /**
   * Makes runs read an input from the caller's own memory, which must stay open until the binding
   * is closed or bound to other memory. Closing its arena during a run is refused by that arena;
   * closing it before makes the next run throw.
   *
   * @throws BadInputException if the segment is on the heap or too small
   */
  void bindInput(String name, MemorySegment own);

  /**
   * Makes runs write an output to the caller's own memory, under the same terms.
   *
   * @throws BadInputException if the segment is on the heap, read-only or too small, or the
   *     output's size is known only after a run
   */
  void bindOutput(String name, MemorySegment own);

  /**
   * Makes runs read an input from the caller's own memory as a tensor of another shape than it was
   * bound with, under the terms of {@link #bindInput(String, MemorySegment)}. This is for inputs
   * that grow from run to run; the shapes of outputs that follow from it are the caller's to bind.
   *
   * @param shape static, and one that the graph's input accepts
   * @throws BadInputException if the engine binds each tensor's shape once and for all, the graph
   *     does not accept the shape, or the segment does not hold it
   */
  default void bindInput(String name, MemorySegment own, Shape shape) {
    throw shapesAreFixed(name, graph());
  }

  /**
   * Makes runs write an output to the caller's own memory as a tensor of another shape than it was
   * bound with, under the terms of {@link #bindOutput(String, MemorySegment)}; also an output whose
   * size the model leaves open and the caller knows. A run that makes another shape fails.
   *
   * @param shape static, and one that the graph's output accepts
   * @throws BadInputException if the engine binds each tensor's shape once and for all, the graph
   *     does not accept the shape, or the segment does not hold it
   */
  default void bindOutput(String name, MemorySegment own, Shape shape) {
    throw shapesAreFixed(name, graph());
  }

  private static BadInputException shapesAreFixed(String tensor, String graph) {
    return new BadInputException(
        "can't change the shape of " + tensor + " in a binding of graph " + graph,
        "its engine binds each shape once",
        "Bind the graph anew, or open the model with EngineKind.ORT.");
  }

  /**
   * Copies floats into an input, converted to its element type and quantization.
   *
   * @param values row-major, as many as the tensor has elements
   * @throws BadInputException if the count differs or the type can't be converted
   */
  void write(String input, float... values);

  /**
   * Copies an output out as floats, converted from its element type and quantization.
   *
   * @param destination receives the elements in row-major order; as many as the tensor has
   * @throws BadInputException if the count differs or the type can't be converted
   */
  void read(String output, float[] destination);

  /** Runs the graph and waits for it. */
  void run();

  /**
   * Runs the graph with a limit to the time it may take. What the limit can do is the model's
   * {@link Model#interruption()}.
   *
   * @throws RunAbortedException if the limit was exceeded; outputs are then undefined
   */
  void run(Duration timeout);

  /**
   * Runs the graph once with the library's profiler on.
   *
   * @return what was measured; only {@link EngineKind#DIRECT} has a profiler for one run
   * @throws BadInputException if the engine has none
   */
  default List<ProfileEvent> profile(ProfileLevel level) {
    throw new BadInputException(
        "can't profile a run of graph " + graph(),
        "its engine has no profiler for one run",
        "Open the model's context binary with EngineKind.DIRECT.");
  }

  /**
   * Returns how long the last run waited for its turn on the device, in nanoseconds; 0 before the
   * first, and where runs take no turns.
   */
  default long queueNanos() {
    return 0;
  }

  /**
   * Asks the run in flight to stop; without one, does nothing. That run throws {@link
   * RunAbortedException}. What this can do is the model's {@link Model#interruption()}.
   */
  void cancel();

  /** Waits for a run in flight, then frees the memory; idempotent. */
  @Override
  void close();
}
