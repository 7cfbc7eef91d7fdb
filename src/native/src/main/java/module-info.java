/**
 * The C APIs of ONNX Runtime and Qualcomm QNN, called through the foreign-function interface:
 * usable alone, without any other library.
 *
 * <p>{@code ort} and {@code qnn} are the two APIs, {@code tensor} the views of off-heap memory that
 * both bind, {@code error} the one tree of exceptions.
 */
module io.github.npu4j.bindings {
  requires static transitive org.jspecify;

  exports io.github.npu4j.error;
  exports io.github.npu4j.ort;
  exports io.github.npu4j.qnn;
  exports io.github.npu4j.qnn.info;
  exports io.github.npu4j.tensor;
  exports io.github.npu4j.internal.access to
      io.github.npu4j;
  exports io.github.npu4j.internal.concurrent to
      io.github.npu4j,
      io.github.npu4j.tools,
      io.github.npu4j.cli;
  exports io.github.npu4j.internal.ffm to
      io.github.npu4j;
  exports io.github.npu4j.internal.file to
      io.github.npu4j,
      io.github.npu4j.tools,
      io.github.npu4j.cli;
  exports io.github.npu4j.internal.process to
      io.github.npu4j,
      io.github.npu4j.tools,
      io.github.npu4j.cli;
}
