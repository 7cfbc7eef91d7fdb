package io.github.npu4j.cli.options;

import io.github.npu4j.parity.ParityRequest;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that compares answers: on which inputs, and with which model's. */
public final class ComparisonOptions {

  @Option(
      names = "--input",
      paramLabel = "NAME=FILE.npy",
      description =
          "Compare on this value of an input; inputs that are not given are made up. May be given "
              + "several times.")
  Map<String, Path> inputs = new LinkedHashMap<>();

  @Option(
      names = "--reference",
      paramLabel = "FILE",
      description =
          "Compare with this ONNX model on the CPU, such as the float model that a quantized one "
              + "was made from.")
  @Nullable Path reference;

  /** Returns a copy of a request with what the options say. */
  public ParityRequest addTo(ParityRequest request) {
    ParityRequest more = request.withInputs(inputs);
    return reference == null ? more : more.withReference(reference);
  }
}
