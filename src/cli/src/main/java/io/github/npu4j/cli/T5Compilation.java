package io.github.npu4j.cli;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.compile.CompileProgress;
import io.github.npu4j.compile.CompileRequest;
import io.github.npu4j.compile.CompiledContext;
import io.github.npu4j.compile.Compiler;
import io.github.npu4j.compile.Part;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.compatibility.Soc;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.family.t5.Seq2SeqFolder;
import io.github.npu4j.family.t5.T5Buckets;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.WeightPlacement;
import io.github.npu4j.parity.ExecutionPath;
import io.github.npu4j.parity.ParityCheck;
import io.github.npu4j.parity.ParityReport;
import io.github.npu4j.store.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Compiles the two static graphs of a T5 that {@code npu4j export} wrote, each for every bucket,
 * and compares them with the CPU.
 */
final class T5Compilation {

  private final ModelFolder folder;
  private final Path encoder;
  private final Path decoder;
  private final Path bias;
  private final List<Integer> buckets;

  /**
   * Finds what is to be compiled.
   *
   * @param wanted how many tokens the encoder is to take, for each bucket; empty for those that the
   *     model was exported for
   * @throws ModelMissingException if a graph is not there
   * @throws BadInputException if a bucket is longer than the model was exported for
   */
  T5Compilation(ModelFolder folder, List<Integer> wanted) {
    this.folder = folder;
    this.encoder = require(Seq2SeqFolder.STATIC_ENCODER);
    this.decoder = require(Seq2SeqFolder.STATIC_DECODER);
    this.bias = require(Seq2SeqFolder.STATIC_DECODER_BIAS);
    this.buckets = wanted.isEmpty() ? exported() : wanted;
    OnnxModel graph = OnnxModel.read(encoder);
    buckets.forEach(tokens -> T5Buckets.shapes(graph, tokens));
  }

  private Path require(String file) {
    Path path = folder.path().resolve(file);
    if (!Files.isRegularFile(path)) {
      throw new ModelMissingException(
          folder.path() + " can't be compiled",
          "it has no " + file,
          "Export the checkpoint again with npu4j export.");
    }
    return path;
  }

  private List<Integer> exported() {
    return List.of(setting(Seq2SeqFolder.BUCKETS_SETTING).split(",")).stream()
        .map(this::number)
        .toList();
  }

  private String setting(String name) {
    String value = folder.description().settings().get(name);
    if (value == null) {
      throw damaged("it has no setting \"" + name + "\"");
    }
    return value;
  }

  private int number(String text) {
    try {
      int number = Integer.parseInt(text);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // the same error as a negative number
    }
    throw damaged("\"" + text + "\" is not a number from 0");
  }

  private BadModelException damaged(String why) {
    return new BadModelException(
        folder.path().resolve(ModelFolder.DESCRIPTION) + " can't be used",
        why,
        "Export the checkpoint again with npu4j export.");
  }

  /** Compiles both graphs for every bucket, encoders first. */
  List<CompiledContext> compile(
      Compiler compiler, Soc soc, Map<String, String> epOptions, CompileProgress progress) {
    List<CompiledContext> contexts = new ArrayList<>();
    for (Part part : List.of(Part.ENCODER, Part.DECODER)) {
      Path graph = part == Part.ENCODER ? encoder : decoder;
      contexts.addAll(
          compiler.compile(CompileRequest.ofT5(graph, part, soc, buckets, epOptions), progress));
    }
    return contexts;
  }

  /**
   * Compares what was compiled with the graphs it was compiled from, on the CPU.
   *
   * @param options where to run what was compiled
   */
  List<ParityReport> parity(List<Soc> socs, OpenOptions options, Console console)
      throws IOException {
    int vocabulary = number(setting(Seq2SeqFolder.VOCABULARY_SETTING));
    int start = number(setting(Seq2SeqFolder.DECODER_START_SETTING));
    List<ParityReport> reports = new ArrayList<>();
    Path scratch = Files.createTempDirectory("npu4j-parity-");
    try {
      for (int tokens : buckets) {
        Path resizedEncoder = resized(encoder, tokens, scratch.resolve("encoder.onnx"));
        Path resizedDecoder = resized(decoder, tokens, scratch.resolve("decoder.onnx"));
        try (T5Feeds feeds = new T5Feeds(resizedEncoder, resizedDecoder, bias, vocabulary, start)) {
          for (Part part : List.of(Part.ENCODER, Part.DECODER)) {
            Path reference = part == Part.ENCODER ? resizedEncoder : resizedDecoder;
            try (ParityCheck check =
                new ParityCheck(reference, feeds, null, Notices.comparing(console))) {
              for (Soc soc : socs) {
                String name = part.bucket(tokens);
                Path file = folder.contextPath(soc.name(), name);
                String label = soc.name() + "/" + name;
                check.compare(new ExecutionPath(label, file, options, Map.of()));
              }
              Notices.notCompared(console, check.notCompared());
              reports.add(check.report());
            }
          }
        }
        Files.delete(resizedEncoder);
        Files.delete(resizedDecoder);
      }
    } finally {
      Files.deleteIfExists(scratch.resolve("encoder.onnx"));
      Files.deleteIfExists(scratch.resolve("decoder.onnx"));
      Files.delete(scratch);
    }
    return reports;
  }

  /** Writes a graph as it is compiled for a bucket. */
  private static Path resized(Path graph, int tokens, Path target) throws IOException {
    OnnxModel model = OnnxModel.read(graph);
    T5Buckets.shapes(model, tokens)
        .applyTo(model)
        .write(target, WeightPlacement.INSIDE, Progress.NONE);
    return target;
  }
}
