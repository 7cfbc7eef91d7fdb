package io.github.npu4j.cli;

import io.github.npu4j.onnx.EpContextNode;
import io.github.npu4j.onnx.OnnxFile;
import io.github.npu4j.qnn.info.ContextBinary;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "inspect",
    description = {
      "Show what is inside a context binary: graphs, tensors, quantization, SoC, versions, memory.",
      "Of an .onnx file: versions, inputs, outputs, operators, EPContext nodes. Nothing is loaded "
          + "into a device."
    },
    footer = {"", "Exit code 4 if the file is damaged, or is something else."})
final class InspectCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(paramLabel = "FILE", description = "A context binary (.bin) or an ONNX file.")
  Path file = Path.of("");

  @Mixin Report report = new Report();

  InspectCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(".onnx")) {
      OnnxFile model = OnnxFile.read(file);
      report.print(console, summary(model), out -> print(out, model));
    } else {
      ContextBinary binary = ContextInspection.read(file);
      report.print(console, binary, out -> ContextInspection.print(out, binary));
    }
    return ExitCode.DONE;
  }

  private static Map<String, Object> summary(OnnxFile model) {
    Map<String, Object> summary = new TreeMap<>();
    summary.put("bytes", model.byteSize());
    summary.put("irVersion", model.irVersion());
    summary.put("producer", model.producer());
    summary.put("opsets", model.opsets());
    summary.put("metadata", model.metadata());
    summary.put("graph", model.graphName());
    summary.put("inputs", model.inputs().stream().map(Object::toString).toList());
    summary.put("outputs", model.outputs().stream().map(Object::toString).toList());
    summary.put("operators", operators(model));
    summary.put("epContexts", model.epContexts());
    summary.put("externalData", model.externalData());
    return summary;
  }

  private static Map<String, Long> operators(OnnxFile model) {
    return model.nodes().stream()
        .collect(
            Collectors.groupingBy(
                node ->
                    node.domain().isEmpty() ? node.opType() : node.domain() + "." + node.opType(),
                TreeMap::new,
                Collectors.counting()));
  }

  private static void print(PrintStream out, OnnxFile model) {
    out.println(
        "ONNX, IR version " + model.irVersion() + ", opsets " + new TreeMap<>(model.opsets()));
    out.println(
        "made by " + (model.producer().isEmpty() ? "nobody that says so" : model.producer()));
    model.inputs().forEach(input -> out.println("in  " + input));
    model.outputs().forEach(output -> out.println("out " + output));
    out.println(model.nodes().size() + " nodes: " + operators(model));
    for (EpContextNode node : model.epContexts()) {
      out.println(
          "EPContext "
              + node.partition()
              + " by "
              + node.source()
              + " "
              + node.sdkVersion()
              + (node.contextFile() == null
                  ? node.embedded() == null ? "" : ", the binary is inside"
                  : ", the binary is " + node.contextFile()));
    }
    model.externalData().forEach(name -> out.println("weights in " + name));
  }
}
