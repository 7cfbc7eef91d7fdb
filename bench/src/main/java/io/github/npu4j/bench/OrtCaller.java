package io.github.npu4j.bench;

/** One way of running a graph by ONNX Runtime, with its inputs in place. */
interface OrtCaller extends AutoCloseable {

  /** One run, from the caller's input to the caller's output. */
  void run() throws Exception;

  /** What the last run answered. */
  float[] output() throws Exception;
}
