/**
 * What makes and checks models: compiling for HTP, parity with the CPU, a look at this machine,
 * benchmarks, and reports of what they measured.
 */
module io.github.npu4j.tools {
  requires transitive io.github.npu4j;
  requires static transitive org.jspecify;
  requires com.fasterxml.jackson.core;
  requires HdrHistogram;
  requires jdk.management;

  exports io.github.npu4j.compile;
  exports io.github.npu4j.doctor to
      io.github.npu4j.cli;
  exports io.github.npu4j.inspect;
  exports io.github.npu4j.measure;
  exports io.github.npu4j.parity;
  exports io.github.npu4j.report to
      io.github.npu4j.cli;
}
