package io.github.npu4j.cli.ship;

import io.github.npu4j.artifact.ContextFile;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.cli.console.Console;
import io.github.npu4j.cli.console.ExitCode;
import io.github.npu4j.cli.console.Report;
import io.github.npu4j.cli.options.ManifestOption;
import io.github.npu4j.inspect.ContextInspection;
import io.github.npu4j.inspect.OnnxFacts;
import io.github.npu4j.qnn.info.ContextBinary;
import io.github.npu4j.runtime.NativeRuntime;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
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
public final class InspectCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(
      paramLabel = "FILE|FOLDER|NAME",
      description =
          "A context binary (.bin), an ONNX file, a model folder, or a model of npu4j models list.")
  String model = "";

  @Mixin Report report = new Report();

  @Mixin ManifestOption manifest = new ManifestOption();

  public InspectCommand(Console console) {
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
    manifest.verify(folder.path());
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
      OnnxFacts facts = OnnxFacts.read(file);
      return new Content(facts, out -> print(out, facts));
    }
    ContextBinary binary = ContextInspection.read(file, NativeRuntime.find());
    return new Content(binary, out -> ContextTable.print(out, binary));
  }

  private static void print(PrintStream out, OnnxFacts facts) {
    out.println("ONNX, IR version " + facts.irVersion() + ", opsets " + facts.opsets());
    out.println(
        "made by " + (facts.producer().isEmpty() ? "an unnamed producer" : facts.producer()));
    facts.inputs().forEach(input -> out.println("in  " + input));
    facts.outputs().forEach(output -> out.println("out " + output));
    out.println(facts.nodes() + " nodes: " + facts.operators());
    for (OnnxFacts.EpContext part : facts.epContexts()) {
      String binary =
          part.contextFile()
              .map(path -> ", the binary is " + path)
              .orElse(part.embeddedBytes().isPresent() ? ", the binary is inside" : "");
      out.println(
          "EPContext "
              + part.partition()
              + " by "
              + part.source()
              + " "
              + part.sdkVersion()
              + binary);
    }
    facts.externalData().forEach(name -> out.println("weights in " + name));
  }
}
