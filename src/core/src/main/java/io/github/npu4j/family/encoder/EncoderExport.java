package io.github.npu4j.family.encoder;

import io.github.npu4j.artifact.ModelDescription;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.family.CheckpointConfig;
import io.github.npu4j.family.ExportRequest;
import io.github.npu4j.family.ExportedModel;
import io.github.npu4j.internal.file.AtomicFile;
import io.github.npu4j.onnx.GraphBuilder;
import io.github.npu4j.store.JsonObject;
import io.github.npu4j.store.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes a model folder of the checkpoint folder of an encoder: the graph, and beside it every file
 * in which its makers say how it is used, so that nothing about it has to be guessed.
 */
public final class EncoderExport {

  private static final String MODULES = "modules.json";

  /** What transformers and sentence-transformers write beside the weights. */
  private static final List<String> FILES =
      List.of(
          CheckpointConfig.FILE,
          ModelFolder.TOKENIZER,
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "vocab.txt",
          MODULES,
          "config_sentence_transformers.json",
          "sentence_bert_config.json",
          "1_Pooling/config.json");

  private static final List<String> MODULE_FILES =
      List.of(CheckpointConfig.FILE, "model.safetensors", "pytorch_model.bin");

  private static final int MOST_MODULES = 64;

  private EncoderExport() {}

  /** Exports a checkpoint, as {@link io.github.npu4j.family.ModelFamily#export} says. */
  public static ExportedModel run(
      EncoderArchitecture architecture, ExportRequest request, Progress progress)
      throws IOException {
    requireNoLengths(request);
    JsonObject config = CheckpointConfig.read(request.checkpoint());
    EncoderSizes sizes = architecture.sizes().apply(config);
    EncoderGraph.Head head = architecture.head().apply(config);
    try (EncoderWeights weights =
        EncoderWeights.open(request.checkpoint(), architecture.names().prefix())) {
      GraphBuilder graph = EncoderGraph.of(architecture.names(), sizes, weights, head);
      weights.requireNothingElse(architecture.unused());
      List<ExportedModel.Written> files =
          ExportedModel.write(
              request,
              folder -> {
                graph.write(folder.resolve(ModelFolder.ONNX), progress);
                copy(request.checkpoint(), folder);
                ModelFolder.write(folder).description(description(architecture, request));
              });
      return new ExportedModel(
          request.target(),
          summary(architecture, sizes),
          facts(architecture, sizes),
          weights.byteSize(),
          files,
          List.of());
    }
  }

  private static void requireNoLengths(ExportRequest request) {
    if (!request.buckets().isEmpty() || request.maximumLength().isPresent()) {
      throw new BadInputException(
          "can't export an encoder for given lengths",
          "its graph takes texts of any length up to its table of positions",
          "Leave the lengths out; compile makes a graph for each bucket.");
    }
  }

  private static void copy(Path checkpoint, Path folder) throws IOException {
    for (String file : FILES) {
      copy(checkpoint, folder, file);
    }
    Path modules = checkpoint.resolve(MODULES);
    if (Files.isRegularFile(modules)) {
      JsonObject list = JsonObject.parse(wrapped(modules), MODULES);
      for (JsonObject module : list.objects("modules", MOST_MODULES)) {
        String path = module.has("path") ? module.string("path") : "";
        if (!path.isEmpty()) {
          for (String file : MODULE_FILES) {
            copy(checkpoint, folder, path + "/" + file);
          }
        }
      }
    }
  }

  /** Returns a list as a member of an object, which is what is read. */
  private static byte[] wrapped(Path modules) throws IOException {
    return ("{\"modules\":" + Files.readString(modules) + "}").getBytes(StandardCharsets.UTF_8);
  }

  private static void copy(Path checkpoint, Path folder, String file) throws IOException {
    Path target;
    try {
      target = folder.resolve(file).normalize();
    } catch (InvalidPathException notAPath) {
      throw outside(file);
    }
    if (!target.startsWith(folder)) {
      throw outside(file);
    }
    Path source = checkpoint.resolve(file);
    if (Files.isRegularFile(source) && !Files.exists(target)) {
      Files.createDirectories(target.getParent());
      AtomicFile.copy(source, target);
    }
  }

  private static BadModelException outside(String file) {
    return new BadModelException(
        "the checkpoint can't be used",
        MODULES + " names " + file + ", which leads out of the folder",
        "Save it again by sentence-transformers.");
  }

  private static ModelDescription description(
      EncoderArchitecture architecture, ExportRequest request) {
    Path name = request.checkpoint().toAbsolutePath().normalize().getFileName();
    return ModelDescription.unknown()
        .withFamily(architecture.family())
        .withOrigin(new ModelDescription.Origin("exported from " + name, ""));
  }

  private static String summary(EncoderArchitecture architecture, EncoderSizes sizes) {
    return architecture.family()
        + ": "
        + sizes.layers()
        + " layers of width "
        + sizes.width()
        + ", "
        + sizes.heads()
        + " heads, "
        + sizes.vocabulary()
        + " tokens, "
        + sizes.positions()
        + " positions";
  }

  private static Map<String, Object> facts(EncoderArchitecture architecture, EncoderSizes sizes) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("family", architecture.family());
    facts.put("vocabulary", sizes.vocabulary());
    facts.put("positions", sizes.positions());
    facts.put("width", sizes.width());
    facts.put("hiddenWidth", sizes.hidden());
    facts.put("layers", sizes.layers());
    facts.put("heads", sizes.heads());
    facts.put("activation", sizes.activation().toString());
    return facts;
  }
}
