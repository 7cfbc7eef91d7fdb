package io.github.npu4j.cli;

import io.github.npu4j.artifact.ContextFile;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.epcontext.EpContextNode;
import io.github.npu4j.qnn.info.ContextBinary;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "inspect",
    description = {
      "Show what is inside a context binary: graphs, tensors, quantization, SoC, versions, memory.",
      "Of an .onnx file: versions, inputs, outputs, operators, EPContext nodes. Of a model folder: "
          + "each of its files. Nothing is loaded into a device."
    },
    footer = {"", "Exit code 4 if the file is damaged, or is something else."})
final class InspectCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(
      paramLabel = "FILE|FOLDER|NAME",
      description =
          "A context binary (.bin), an ONNX file, a model folder, or a model of npu4j models list.")
  String model = "";

  @Mixin Report report = new Report();

  InspectCommand(Console console) {
    this.console = console;
  }

  /** What is in a file: as data, and for people. */
  private record Content(Object data, Consumer<PrintStream> text) {}

  @Override
  public Integer call() {
    if (ModelCatalog.find(model).isEmpty() && Files.isRegularFile(Path.of(model))) {
      Content content = read(Path.of(model));
      report.print(console, content.data, content.text);
      return ExitCode.DONE;
    }
    ModelFolder folder = ModelCatalog.standard().open(model);
    Map<String, Content> contents = new LinkedHashMap<>();
    for (Path file : files(folder)) {
      contents.put(folder.path().relativize(file).toString(), read(file));
    }
    Map<String, Object> data = new LinkedHashMap<>();
    contents.forEach((name, content) -> data.put(name, content.data));
    report.print(
        console,
        data,
        out ->
            contents.forEach((name, content) -> {
              out.println("== " + name);
              content.text.accept(out);
              out.println();
            }));
    return ExitCode.DONE;
  }

  /** Returns the models of a folder: ONNX, then each context binary and its EPContext model. */
  private static List<Path> files(ModelFolder folder) {
    List<Path> files = new ArrayList<>(folder.onnxFiles());
    for (ContextFile context : folder.contexts()) {
      files.add(context.binary());
      context.epContext().ifPresent(files::add);
    }
    return files;
  }

  private static Content read(Path file) {
    if (String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(".onnx")) {
      OnnxModel model = OnnxModel.read(file);
      return new Content(summary(file, model), out -> print(out, model));
    }
    ContextBinary binary = ContextInspection.read(file);
    return new Content(binary, out -> ContextInspection.print(out, binary));
  }

  private static Map<String, Object> summary(Path file, OnnxModel model) {
    Map<String, Object> summary = new TreeMap<>();
    summary.put("bytes", file.toFile().length());
    summary.put("irVersion", model.irVersion());
    summary.put("producer", model.producer());
    summary.put("opsets", model.opsets());
    summary.put("metadata", model.metadata());
    summary.put("graph", model.graph().name());
    summary.put("inputs", model.graph().requiredInputs().stream().map(Object::toString).toList());
    summary.put("outputs", model.graph().outputs().stream().map(Object::toString).toList());
    summary.put("operators", operators(model));
    summary.put("epContexts", EpContextNode.in(model).stream().map(InspectCommand::parts).toList());
    summary.put("externalData", model.externalLocations());
    return summary;
  }

  /** The context binary itself is told by its size. */
  private static Map<String, Object> parts(EpContextNode node) {
    Map<String, Object> parts = new TreeMap<>();
    parts.put("name", node.name());
    parts.put("partition", node.partition());
    parts.put("source", node.source());
    parts.put("sdkVersion", node.sdkVersion());
    parts.put("main", node.main());
    if (node.contextFile() != null) {
      parts.put("contextFile", node.contextFile());
    }
    if (node.embedded() != null) {
      parts.put("embeddedBytes", node.embedded().byteSize());
    }
    parts.put("inputs", node.inputs());
    parts.put("outputs", node.outputs());
    return parts;
  }

  private static Map<String, Long> operators(OnnxModel model) {
    return model.graph().nodes().stream()
        .collect(
            Collectors.groupingBy(
                node ->
                    node.domain().isEmpty() ? node.opType() : node.domain() + "." + node.opType(),
                TreeMap::new,
                Collectors.counting()));
  }

  private static void print(PrintStream out, OnnxModel model) {
    out.println(
        "ONNX, IR version " + model.irVersion() + ", opsets " + new TreeMap<>(model.opsets()));
    out.println(
        "made by " + (model.producer().isEmpty() ? "nobody that says so" : model.producer()));
    model.graph().requiredInputs().forEach(input -> out.println("in  " + input));
    model.graph().outputs().forEach(output -> out.println("out " + output));
    out.println(model.graph().nodes().size() + " nodes: " + operators(model));
    for (EpContextNode node : EpContextNode.in(model)) {
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
    model.externalLocations().forEach(name -> out.println("weights in " + name));
  }
}
