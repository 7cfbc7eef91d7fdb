/**
 * Transformers on the Hexagon NPU, called through the C APIs of ONNX Runtime and Qualcomm QNN.
 *
 * <p>The exported packages are the public API, from the low-level rooms {@code ort} and {@code qnn}
 * up to {@code text}. A package is exported by the change that puts its first class into it.
 */
module io.github.npu4j {
  requires static transitive org.jspecify;
  requires ai.djl.api;
  requires ai.djl.tokenizers;
  requires com.fasterxml.jackson.core;
  requires com.github.benmanes.caffeine;
  requires com.google.protobuf;
  requires com.microsoft.onnxruntime;
  requires HdrHistogram;
  requires info.picocli;
  requires jdk.management;
  requires me.tongfei.progressbar;
  requires org.tribuo.util.onnx;

  exports io.github.npu4j.artifact;
  exports io.github.npu4j.catalog;
  exports io.github.npu4j.compile;
  exports io.github.npu4j.engine;
  exports io.github.npu4j.error;
  exports io.github.npu4j.runtime;
  exports io.github.npu4j.numeric;
  exports io.github.npu4j.onnx;
  exports io.github.npu4j.ort;
  exports io.github.npu4j.parity;
  exports io.github.npu4j.qnn;
  exports io.github.npu4j.seq2seq;
  exports io.github.npu4j.tensor;
  exports io.github.npu4j.text;
  exports io.github.npu4j.tokenizer;

  opens io.github.npu4j.cli to
      info.picocli;
}
