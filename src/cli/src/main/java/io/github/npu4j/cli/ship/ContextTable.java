package io.github.npu4j.cli.ship;

import io.github.npu4j.qnn.info.ContextBinary;
import io.github.npu4j.qnn.info.GraphInfo;
import io.github.npu4j.qnn.info.GraphTensor;
import io.github.npu4j.runtime.Soc;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** What is inside a context binary, for people. */
final class ContextTable {

  private ContextTable() {}

  static void print(PrintStream out, ContextBinary binary) {
    String soc =
        binary.socModel().isEmpty()
            ? "not said in this version of the format"
            : Soc.of(binary.socModel().getAsInt())
                .map(Soc::toString)
                .orElse(
                    "SoC model " + binary.socModel().getAsInt() + ", which npu4j does not know");
    line(out, "compiled for", soc);
    line(out, "compiled by", "QAIRT " + binary.buildId());
    line(
        out,
        "versions",
        "core API "
            + binary.coreApi()
            + ", backend "
            + binary.backendId()
            + " API "
            + binary.backendApi()
            + ", blob "
            + binary.blobVersion()
            + ", info "
            + binary.infoVersion());
    line(out, "compiled content", bytes(binary.blobBytes()));
    long shared = binary.sharedWeightsBytes();
    line(out, "shared weights", shared == 0 ? "none" : bytes(shared));
    for (GraphInfo graph : binary.graphs()) {
      print(out, graph);
    }
  }

  private static void print(PrintStream out, GraphInfo graph) {
    out.println();
    out.println("graph " + graph.name());
    tensors(out, "in", graph.inputs());
    tensors(out, "out", graph.outputs());
    graph.htp().ifPresent(htp -> print(out, htp));
  }

  private static void print(PrintStream out, GraphInfo.HtpInfo htp) {
    line(
        out,
        "  HTP",
        bytes(htp.vtcmBytes())
            + " VTCM, "
            + htp.hvxThreads()
            + " HVX threads, optimization level "
            + htp.optimizationLevel()
            + ", spill and fill "
            + bytes(htp.spillFillBytes()));
    htp.sizes()
        .ifPresent(sizes ->
            line(
                out,
                "  sizes",
                "constants "
                    + bytes(sizes.constants())
                    + ", shared weights "
                    + bytes(sizes.sharedWeights())
                    + ", operations "
                    + bytes(sizes.opData())
                    + ", tensors in DDR "
                    + bytes(sizes.ddrTensors())
                    + ", inputs and outputs "
                    + bytes(sizes.ioTensors())));
  }

  private static void tensors(PrintStream out, String role, List<GraphTensor> tensors) {
    for (GraphTensor tensor : tensors) {
      line(
          out,
          "  " + role,
          tensor.spec()
              + String.format(Locale.ROOT, " (0x%04x", tensor.nativeType())
              + (tensor.dataFormat() == 0 ? ")" : ", data format " + tensor.dataFormat() + ")"));
    }
  }

  private static void line(PrintStream out, String name, String value) {
    out.printf(Locale.ROOT, "%-17s %s%n", name, value);
  }

  private static String bytes(long count) {
    return count < 100_000 ? count + " bytes" : String.format(Locale.ROOT, "%.1f MB", count / 1e6);
  }
}
